import { parentPort, type Transferable, workerData } from "node:worker_threads";
import type { FromWorker } from "./pooled-worker.ts";

/** A result with the buffers that move to the main thread instead of being copied. */
export class Moving<Result> {
  readonly result: Result;
  readonly transfer: readonly Transferable[];

  constructor(result: Result, transfer: readonly Transferable[]) {
    this.result = result;
    this.transfer = transfer;
  }
}

/**
 * Called once by a pool's module. `start` gets the pool's `workerData` and gives back the handler that answers tasks,
 * one at a time; what the handler throws reaches the caller of `run`.
 */
export async function answerTasks<Task, Result, Data = unknown>(
  start: (data: Data) => Handler<Task, Result> | Promise<Handler<Task, Result>>,
): Promise<void> {
  const port = parentPort;
  if (!port) throw new Error("answerTasks is for the module of a pool's workers");
  const handle = await start(workerData as Data);
  const say = (message: FromWorker<Result>, transfer: readonly Transferable[] = []) =>
    port.postMessage(message, transfer);
  port.on("message", (task: Task) => {
    answer(handle, task, say).catch((error: unknown) => say({ says: "failed", error: cloneable(error) }));
  });
  say({ says: "ready" });
}

type Handler<Task, Result> = (task: Task) => Result | Moving<Result> | Promise<Result | Moving<Result>>;

async function answer<Task, Result>(
  handle: Handler<Task, Result>,
  task: Task,
  say: (message: FromWorker<Result>, transfer?: readonly Transferable[]) => void,
): Promise<void> {
  const given = await handle(task);
  if (given instanceof Moving) say({ says: "done", result: given.result }, given.transfer);
  else say({ says: "done", result: given });
}

/** An error with a field that cannot be cloned must still arrive. */
function cloneable(error: unknown): unknown {
  try {
    return structuredClone(error);
  } catch {
    return new Error(String(error));
  }
}
