import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { defaultLimits } from "#ingest";
import type { Lane } from "./in-order.ts";
import type { FoundPart } from "./scan-input.ts";
import type { ScanTask } from "./task.ts";
import type { FromWorker, ScannerSettings, ToWorker } from "./worker-protocol.ts";

export interface WorkerLane extends Lane<ScanTask, FoundPart>, AsyncDisposable {
  /** Undefined where the process could not be started; `work` tells why. */
  readonly pid: number | undefined;
  /** Tells the rules (UTF-8 JSON of a `RuleSet`), once and before any work; the process starts in the meantime. */
  begin(ruleSet: Uint8Array): void;
}

/** MiB. Left to itself, V8 lets the young generation grow to half as much again. */
const youngGeneration = 66;
/** MiB */
const oldGeneration = 512;
/**
 * Percent by which the old generation outgrows what lives in it before its garbage is sought. V8's own choice is larger and
 * makes a worker half as large again for no gain; less costs a tenth of the processor time. The setting is V8's, not Node's.
 */
const growth = 200;
/** What a record may take once parsed, in MiB for each MiB of its bytes: JSON of nothing but brackets is the worst. */
const inflation = 16;

/** A lane in a process of its own. A process that dies fails the task it was at, with the reason. */
export function createWorkerLane(settings: ScannerSettings): WorkerLane {
  const record = (settings.limits.recordBytes ?? defaultLimits.recordBytes) / 2 ** 20;
  const worker = fork(fileURLToPath(new URL("./worker.ts", import.meta.url)), [], {
    serialization: "advanced",
    // Of standard input the worker reads by itself what only one reader can take apart.
    stdio: ["inherit", "ignore", "inherit", "ipc"],
    execArgv: [
      "--disable-warning=ExperimentalWarning",
      // V8 makes a young generation of three such spaces.
      `--max-semi-space-size=${youngGeneration / 3}`,
      `--heap-growing-percent=${growth}`,
      `--max-old-space-size=${Math.ceil(oldGeneration + inflation * record)}`,
    ],
  });
  const arrived: FromWorker[] = [];
  let died: Error | undefined;
  let wake = () => {};

  function die(error: Error): void {
    died ??= error;
    wake();
  }
  worker.on("message", (message: FromWorker) => {
    if (message.say === "crashed") die(new Error("a scan worker failed", { cause: message.message }));
    else {
      arrived.push(message);
      wake();
    }
  });
  worker.on("error", (cause) => die(new Error("a scan worker failed", { cause })));
  worker.on("exit", (code, signal) => {
    const tell = () => die(new Error(`a scan worker ended ${signal ? `by ${signal}` : `with code ${code}`}`));
    // What it said last may still be on its way.
    if (worker.connected) worker.once("disconnect", tell);
    else tell();
  });
  /** A process that can't be told is dying, which `exit` says better. */
  const say = (message: ToWorker) => worker.send(message, () => {});

  return {
    pid: worker.pid,
    begin(ruleSet) {
      say({ say: "begin", settings, ruleSet });
    },
    async *work(task, signal) {
      if (died) throw died;
      const fail = () => wake();
      signal.addEventListener("abort", fail);
      let over = false;
      try {
        say({ say: "scan", task });
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
        signal.removeEventListener("abort", fail);
        if (!over) say({ say: "stop" });
      }
    },
    async [Symbol.asyncDispose]() {
      if (worker.pid === undefined || worker.exitCode !== null || worker.signalCode !== null) return;
      const gone = once(worker, "exit");
      worker.kill("SIGKILL");
      await gone;
    },
  };
}
