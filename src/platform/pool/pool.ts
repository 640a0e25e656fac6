import { availableParallelism } from "node:os";
import type { Transferable } from "node:worker_threads";
import { PooledWorker, type WorkerOptions } from "./pooled-worker.ts";
import type { WorkerCrash } from "./worker-crash.ts";

export interface PoolOptions {
  /** The module that each worker runs; it calls `answerTasks`. */
  readonly module: URL;
  /** How many workers; one for each core that this process may use when not said. */
  readonly size?: number;
  /** Given to each worker at its start; `answerTasks` hands it on. */
  readonly workerData?: unknown;
  /** Ends the pool at once: what waits and what runs rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** How many tasks may wait for a worker before `room` makes the caller wait; twice `size` when not said. */
  readonly queue?: number;
  /** Megabytes of JavaScript heap for each worker; past them it counts as crashed. */
  readonly heapMegabytes?: number;
  /** Told of each worker that ended by itself; it has been replaced already. */
  readonly onCrash?: (error: WorkerCrash) => void;
}

export interface RunOptions {
  readonly transfer?: readonly Transferable[];
  /** Takes the task from the queue; when it runs already, ends its worker, since nothing else stops a busy one. */
  readonly signal?: AbortSignal;
}

/** Threads for work that would keep the event loop from everything else. One task at a time for each worker. */
export interface Pool<Task, Result> extends AsyncDisposable {
  readonly size: number;
  /** Resolves when the queue has room: awaited before each `run` by whoever makes tasks faster than they are done. */
  room(): Promise<void>;
  /**
   * Rejects with what the worker's handler threw, with a WorkerCrash when the worker ended under the task (which is not
   * tried again: it may be what killed it), with the reason of a signal, or with a PoolFull past `queue`.
   */
  run(task: Task, options?: RunOptions): Promise<Result>;
  /** Waits for all tasks given so far, then ends the workers; tasks given later are refused. */
  [Symbol.asyncDispose](): Promise<void>;
}

export class PoolFull extends Error {
  override readonly name = "PoolFull";
}

interface Job<Task, Result> {
  readonly task: Task;
  readonly transfer: readonly Transferable[];
  readonly signal: AbortSignal | undefined;
  readonly settle: PromiseWithResolvers<Result>;
}

export function createPool<Task, Result>(options: PoolOptions): Pool<Task, Result> {
  return new WorkerPool(options);
}

class WorkerPool<Task, Result> implements Pool<Task, Result> {
  readonly size: number;
  readonly #options: PoolOptions;
  readonly #queue: number;
  readonly #waiting: Job<Task, Result>[] = [];
  readonly #idle: PooledWorker<Task, Result>[] = [];
  readonly #workers = new Set<PooledWorker<Task, Result>>();
  #roomWanted: (() => void)[] = [];
  #running = 0;
  /** Why no more tasks are taken. */
  #ended: { readonly reason: unknown } | undefined;
  readonly #drained = Promise.withResolvers<void>();

  constructor(options: PoolOptions) {
    options.signal?.throwIfAborted();
    this.size = options.size ?? availableParallelism();
    this.#queue = options.queue ?? this.size * 2;
    this.#options = options;
    for (let n = 0; n < this.size; n += 1) this.#hire();
    options.signal?.addEventListener("abort", () => void this.#stop(options.signal?.reason), { once: true });
  }

  async room(): Promise<void> {
    while (this.#waiting.length >= this.#queue && !this.#ended)
      await new Promise<void>((resolve) => this.#roomWanted.push(resolve));
  }

  async run(task: Task, { transfer = [], signal }: RunOptions = {}): Promise<Result> {
    signal?.throwIfAborted();
    if (this.#ended) throw this.#ended.reason;
    if (this.#waiting.length >= this.#queue && this.#idle.length === 0)
      throw new PoolFull(`${this.#waiting.length} tasks wait already; await room() before run()`);
    const job = { task, transfer, signal, settle: Promise.withResolvers<Result>() };
    const leave = () => this.#leaveQueue(job);
    signal?.addEventListener("abort", leave, { once: true });
    this.#waiting.push(job);
    this.#next();
    try {
      return await job.settle.promise;
    } finally {
      signal?.removeEventListener("abort", leave);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended ??= { reason: new Error("the pool is closed") };
    this.#wakeRoom();
    this.#settleIfDrained();
    await this.#drained.promise;
    await Promise.all([...this.#workers].map((worker) => worker.end()));
  }

  #hire(): void {
    const { module, workerData, heapMegabytes } = this.#options;
    const options: WorkerOptions = { workerData, ...(heapMegabytes !== undefined && { heapMegabytes }) };
    const worker = new PooledWorker<Task, Result>(module, options);
    this.#workers.add(worker);
    this.#idle.push(worker);
    void worker.ended.then((crash) => this.#replace(worker, crash));
  }

  #replace(worker: PooledWorker<Task, Result>, crash: WorkerCrash | undefined): void {
    this.#workers.delete(worker);
    const index = this.#idle.indexOf(worker);
    if (index >= 0) this.#idle.splice(index, 1);
    // One that never got to its first task would fail the same way for ever.
    if (crash && !worker.started) return void this.#stop(crash);
    if (crash) this.#options.onCrash?.(crash);
    if (this.#ended && this.#waiting.length === 0) return;
    this.#hire();
    this.#next();
  }

  #next(): void {
    while (this.#idle.length > 0 && this.#waiting.length > 0) {
      const worker = this.#idle.shift();
      const job = this.#waiting.shift();
      if (worker && job) void this.#give(worker, job);
    }
    if (this.#waiting.length < this.#queue) this.#wakeRoom();
  }

  async #give(worker: PooledWorker<Task, Result>, { task, transfer, signal, settle }: Job<Task, Result>) {
    this.#running += 1;
    const stop = () => void worker.end(signal?.reason);
    signal?.addEventListener("abort", stop, { once: true });
    try {
      settle.resolve(await worker.run(task, transfer));
    } catch (error) {
      settle.reject(error);
    } finally {
      signal?.removeEventListener("abort", stop);
      this.#running -= 1;
      if (worker.alive) this.#idle.push(worker);
      this.#next();
      this.#settleIfDrained();
    }
  }

  #leaveQueue(job: Job<Task, Result>): void {
    const index = this.#waiting.indexOf(job);
    if (index < 0) return;
    this.#waiting.splice(index, 1);
    job.settle.reject(job.signal?.reason);
    this.#wakeRoom();
    this.#settleIfDrained();
  }

  async #stop(reason: unknown): Promise<void> {
    this.#ended ??= { reason };
    for (const { settle } of this.#waiting.splice(0)) settle.reject(reason);
    this.#wakeRoom();
    await Promise.all([...this.#workers].map((worker) => worker.end(reason)));
    this.#settleIfDrained();
  }

  #wakeRoom(): void {
    const wanted = this.#roomWanted;
    this.#roomWanted = [];
    for (const wake of wanted) wake();
  }

  #settleIfDrained(): void {
    if (this.#ended && this.#waiting.length === 0 && this.#running === 0) this.#drained.resolve();
  }
}
