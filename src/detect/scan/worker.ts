import { parentPort, workerData } from "node:worker_threads";
import type { RuleSet } from "#sigma";
import { createScanLane } from "./scan-lane.ts";
import { partsInFlight, type FromWorker, type ToWorker, type WorkerSetup } from "./worker-protocol.ts";

/** A worker thread of a scan: takes tasks one by one, sends parts, and waits when too many of them are not yet taken. */
const port = parentPort!;
const { ruleSet, settings } = workerData as WorkerSetup;
const lane = createScanLane(JSON.parse(Buffer.from(ruleSet).toString("utf8")) as RuleSet, settings);

let inFlight = 0;
let proceed: (() => void) | undefined;
let stop = new AbortController();

port.on("message", (message: ToWorker) => {
  if (message.say === "taken") {
    inFlight--;
    proceed?.();
  } else if (message.say === "stop") {
    stop.abort();
    proceed?.();
  } else {
    void work(message);
  }
});

async function work({ task }: Extract<ToWorker, { say: "scan" }>): Promise<void> {
  stop = new AbortController();
  try {
    for await (const part of lane.work(task, stop.signal)) {
      send({ say: "part", part });
      inFlight++;
      while (inFlight >= partsInFlight && !stop.signal.aborted) {
        await new Promise<void>((resolve) => (proceed = resolve));
      }
    }
    send({ say: "done" });
  } catch (cause) {
    send({ say: "failed", message: cause instanceof Error ? (cause.stack ?? cause.message) : String(cause) });
  }
}

function send(message: FromWorker): void {
  port.postMessage(message);
}
