/** Something that works on one task at a time and tells its results part by part. */
export interface Lane<Task, Part> {
  work(task: Task, signal: AbortSignal): AsyncIterable<Part>;
}

/** Parts of a task that wait to be taken; a lane that is further ahead than this waits too, so memory stays bounded. */
const partsAhead = 16;

/**
 * Spreads tasks over lanes and gives their parts in the order of the tasks, whichever lane is faster. A task that fails
 * ends the whole; leaving early ends the lanes.
 */
export async function* inOrder<Task, Part>(
  tasks: AsyncIterable<Task> | Iterable<Task>,
  lanes: readonly Lane<Task, Part>[],
  signal: AbortSignal,
): AsyncGenerator<{ readonly task: Task; readonly part: Part }> {
  const stop = new AbortController();
  const stopped = AbortSignal.any([signal, stop.signal]);
  const source = Symbol.asyncIterator in tasks ? tasks[Symbol.asyncIterator]() : asAsync(tasks);
  const begun = createChannel<{ task: Task; parts: Channel<Part> }>(lanes.length * 2);
  let taking: Promise<unknown> = Promise.resolve();

  /** One lane at a time takes the next task and says so, so that the order of tasks is the order of `begun`. */
  function take(): Promise<{ task: Task; parts: Channel<Part> } | undefined> {
    const turn = taking.then(async () => {
      const next = stopped.aborted ? { done: true as const, value: undefined } : await source.next();
      if (next.done) return undefined;
      const entry = { task: next.value, parts: createChannel<Part>(partsAhead) };
      await begun.put(entry);
      return entry;
    });
    taking = turn.catch(() => undefined);
    return turn;
  }

  async function run(lane: Lane<Task, Part>): Promise<void> {
    for (let entry = await take(); entry; entry = await take()) {
      try {
        for await (const part of lane.work(entry.task, stopped)) await entry.parts.put(part);
        entry.parts.end();
      } catch (cause) {
        entry.parts.end(cause);
        return;
      }
    }
  }

  const running = Promise.all(lanes.map(run)).then(
    () => begun.end(),
    (cause: unknown) => begun.end(cause),
  );
  try {
    for await (const { task, parts } of begun) {
      for await (const part of parts) yield { task, part };
    }
    signal.throwIfAborted();
  } finally {
    stop.abort();
    begun.drop();
    await running;
    await source.return?.();
  }
}

async function* asAsync<T>(values: Iterable<T>): AsyncGenerator<T> {
  yield* values;
}

interface Channel<T> extends AsyncIterable<T> {
  /** Waits while the channel is full. After `drop` everything put in is let go. */
  put(value: T): Promise<void>;
  end(cause?: unknown): void;
  drop(): void;
}

function createChannel<T>(capacity: number): Channel<T> {
  const held: T[] = [];
  let ended = false;
  let dropped = false;
  let failure: { readonly cause: unknown } | undefined;
  let wake: (() => void)[] = [];

  const changed = () => {
    const waiting = wake;
    wake = [];
    for (const resolve of waiting) resolve();
  };
  const change = () => new Promise<void>((resolve) => wake.push(resolve));

  return {
    async put(value) {
      while (held.length >= capacity && !dropped) await change();
      if (dropped) return;
      held.push(value);
      changed();
    },
    end(cause) {
      ended = true;
      if (cause !== undefined) failure = { cause };
      changed();
    },
    drop() {
      dropped = true;
      held.length = 0;
      changed();
    },
    async *[Symbol.asyncIterator]() {
      try {
        for (;;) {
          while (held.length === 0 && !ended) await change();
          if (held.length === 0) break;
          yield held.shift() as T;
          changed();
        }
        if (failure) throw failure.cause;
      } finally {
        dropped = true;
        changed();
      }
    },
  };
}
