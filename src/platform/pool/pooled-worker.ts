import { type Transferable, Worker } from "node:worker_threads";
import { WorkerCrash } from "./worker-crash.ts";

export interface WorkerOptions {
  readonly workerData: unknown;
  readonly heapMegabytes?: number;
}

/** What a worker says: that it is up, or what became of its task. */
export type FromWorker<Result> =
  | { readonly says: "ready" }
  | { readonly says: "done"; readonly result: Result }
  | { readonly says: "failed"; readonly error: unknown };

/** One worker thread and, at most, the task it is at. */
export class PooledWorker<Task, Result> {
  /** Whether it got as far as taking tasks. */
  started = false;
  alive = true;
  /** Settles when the thread is gone: with a crash, or with nothing when it was ended from here. */
  readonly ended: Promise<WorkerCrash | undefined>;
  readonly #worker: Worker;
  #task: PromiseWithResolvers<Result> | undefined;
  #reason: { readonly value: unknown } | undefined;

  constructor(module: URL, { workerData, heapMegabytes }: WorkerOptions) {
    this.#worker = new Worker(module, {
      workerData,
      ...(heapMegabytes !== undefined && { resourceLimits: { maxOldGenerationSizeMb: heapMegabytes } }),
    });
    const ended = Promise.withResolvers<WorkerCrash | undefined>();
    this.ended = ended.promise;
    let thrown: unknown;
    this.#worker.on("message", (message: FromWorker<Result>) => this.#hear(message));
    // What cannot be read back was sent all the same: the task is over.
    this.#worker.on("messageerror", (error) => this.#settle((task) => task.reject(error)));
    this.#worker.on("error", (error) => (thrown = error));
    this.#worker.once("exit", (code) => {
      this.alive = false;
      const crash = this.#reason ? undefined : new WorkerCrash(`a worker ended with code ${code}`, { cause: thrown });
      this.#settle((task) => task.reject(crash ?? this.#reason?.value));
      ended.resolve(crash);
    });
  }

  async run(task: Task, transfer: readonly Transferable[]): Promise<Result> {
    const settle = Promise.withResolvers<Result>();
    this.#task = settle;
    try {
      this.#worker.postMessage(task, transfer);
    } catch (error) {
      // A task that cannot be cloned never left.
      this.#settle((own) => own.reject(error));
    }
    return settle.promise;
  }

  /** Ends the thread, busy or not; its task rejects with the reason. */
  async end(reason: unknown = new Error("the pool is closed")): Promise<void> {
    this.#reason ??= { value: reason };
    this.alive = false;
    await this.#worker.terminate();
  }

  #hear(message: FromWorker<Result>): void {
    if (message.says === "ready") this.started = true;
    else if (message.says === "done") this.#settle((task) => task.resolve(message.result));
    else this.#settle((task) => task.reject(message.error));
  }

  #settle(how: (task: PromiseWithResolvers<Result>) => void): void {
    const task = this.#task;
    this.#task = undefined;
    if (task) how(task);
  }
}
