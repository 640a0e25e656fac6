import { flushCompileCache } from "node:module";
import type { RuleSet } from "#sigma";
import type { Lane } from "./in-order.ts";
import type { FoundPart } from "./scan-input.ts";
import { createScanLane } from "./scan-lane.ts";
import type { ScanTask } from "./task.ts";
import { partsInFlight, type FromWorker, type ToWorker } from "./worker-protocol.ts";

/** A worker process of a scan: takes tasks one by one, sends parts, and waits when too many of them are not yet taken. */
let lane: Lane<ScanTask, FoundPart> | undefined;
let inFlight = 0;
let proceed: (() => void) | undefined;
let stop = new AbortController();

process.on("message", (message: ToWorker) => {
  switch (message.say) {
    case "begin":
      lane = createScanLane(JSON.parse(Buffer.from(message.ruleSet).toString("utf8")) as RuleSet, message.settings);
      // Nobody waits for a worker to end in its own time, which is when Node would keep what it compiled.
      flushCompileCache();
      return;
    case "taken":
      inFlight--;
      proceed?.();
      return;
    case "stop":
      stop.abort();
      proceed?.();
      return;
    case "scan":
      void work(message.task);
  }
});
// The terminal tells the whole group of Ctrl-C. The parent decides what becomes of it: it takes what was found until then.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => {});
// A parent that is gone, however it went. To exit would wait for a read of a pipe that says nothing.
process.on("disconnect", () => process.kill(process.pid, "SIGKILL"));
process.on("uncaughtException", (cause) => send({ say: "crashed", message: told(cause) }, () => process.exit(1)));

async function work(task: ScanTask): Promise<void> {
  stop = new AbortController();
  try {
    for await (const part of lane!.work(task, stop.signal)) {
      send({ say: "part", part });
      inFlight++;
      while (inFlight >= partsInFlight && !stop.signal.aborted) {
        await new Promise<void>((resolve) => (proceed = resolve));
      }
    }
    send({ say: "done" });
  } catch (cause) {
    send({ say: "failed", message: told(cause) });
  }
}

/** A parent that no longer listens is not an error of ours: `disconnect` ends this process. */
function send(message: FromWorker, sent: () => void = () => {}): void {
  process.send!(message, undefined, undefined, sent);
}

function told(cause: unknown): string {
  return cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
}
