import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { defaultLimits } from "#ingest";
import type { Lane } from "./in-order.ts";
import type { FoundPart } from "./scan-input.ts";
import type { ScanTask } from "./task.ts";
import type { FromWorker, ToWorker, WorkerSetup } from "./worker-protocol.ts";

export interface WorkerLane extends Lane<ScanTask, FoundPart>, AsyncDisposable {}

/**
 * MiB. Left to itself, V8 lets a thread's young generation grow to 130 and its garbage lie until the whole heap has
 * doubled twice; these keep a scan with two workers at two thirds of the memory and cost it no time.
 */
const youngGeneration = 64;
const oldGeneration = 512;
/** What a record may take once parsed, in MiB for each MiB of its bytes: JSON of nothing but brackets is the worst. */
const inflation = 16;

/** A lane on a thread of its own. A thread that dies fails the task it was at, with the reason. */
export function createWorkerLane(setup: WorkerSetup): WorkerLane {
  const record = (setup.settings.limits.recordBytes ?? defaultLimits.recordBytes) / 2 ** 20;
  const worker = new Worker(new URL("./worker.ts", import.meta.url), {
    workerData: setup,
    resourceLimits: {
      maxYoungGenerationSizeMb: youngGeneration,
      maxOldGenerationSizeMb: Math.ceil(oldGeneration + inflation * record),
    },
  });
  let died: Error | undefined;
  worker.on("error", (cause: unknown) => (died = new Error("a scan worker failed", { cause })));
  worker.on("exit", (code) => (died ??= new Error(`a scan worker ended with code ${code}`)));
  const say = (message: ToWorker) => worker.postMessage(message);

  return {
    async *work(task, signal) {
      if (died) throw died;
      const arrived: FromWorker[] = [];
      let wake = () => {};
      const hear = (message: FromWorker) => {
        arrived.push(message);
        wake();
      };
      const fail = () => wake();
      worker.on("message", hear).on("error", fail).on("exit", fail);
      signal.addEventListener("abort", fail);
      let over = false;
      try {
        worker.postMessage({ say: "scan", task } satisfies ToWorker, bytesOf(task));
        for (;;) {
          while (arrived.length === 0 && !died && !signal.aborted) {
            await new Promise<void>((resolve) => (wake = resolve));
          }
          signal.throwIfAborted();
          const message = arrived.shift();
          if (!message) throw died!;
          if (message.say === "part") {
            yield message.part;
            say({ say: "taken" });
            continue;
          }
          over = true;
          if (message.say === "failed") throw new Error(`scanning ${task.name} failed: ${message.message}`);
          return;
        }
      } finally {
        worker.off("message", hear).off("error", fail).off("exit", fail);
        signal.removeEventListener("abort", fail);
        if (!over) say({ say: "stop" });
      }
    },
    async [Symbol.asyncDispose]() {
      if (died) return;
      const gone = once(worker, "exit");
      await worker.terminate();
      await gone;
    },
  };
}

/** What is handed over rather than copied: cut lines are of no more use here. */
function bytesOf(task: ScanTask): ArrayBuffer[] {
  return task.kind === "bytes" ? [task.bytes.buffer] : [];
}
