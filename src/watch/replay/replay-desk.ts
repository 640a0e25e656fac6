import { type Actor, type ChangeDoor, systemActor } from "#access";
import { type Id, Refusal } from "#kernel";
import type { EventsReading } from "#lake";
import { EventsError, type Reader } from "#platform";
import type { Log } from "#telemetry";
import type { SharedExceptions } from "../spine/lane-protocol.ts";
import { refuse } from "../refusals.ts";
import type { WatchTables } from "../tables.ts";
import type { ReplayResult } from "./contract.ts";
import type { ReplaySetup } from "./replay-protocol.ts";
import { type ReplayProgress, runReplay } from "./run-replay.ts";
import { addReplay, endLost, endReplay, forgetReplays, type ReplayRow } from "./store.ts";

export interface ReplayWish {
  readonly purpose: "try" | "repair";
  /** What records and people know it by. */
  readonly rule: string;
  readonly title: string;
  readonly setup: ReplaySetup;
  readonly from: number;
  readonly to: number;
  readonly exact: boolean;
  readonly samples: number;
}

export interface RunningReplay {
  readonly id: Id<"replay">;
  readonly progress: ReplayProgress;
  /** Resolves once it has ended and the records say so; `state` and `why` are as they say. Never rejects. */
  readonly ended: Promise<ReplayOutcome>;
  /** Progress as it comes, up to the end; leaving the loop changes nothing. */
  steps(): AsyncGenerator<ReplayProgress, void, undefined>;
  cancel(): void;
}

export type ReplayOutcome =
  | { readonly state: "done"; readonly result: ReplayResult }
  | { readonly state: "failed" | "cancelled"; readonly why: string; readonly refusal?: Refusal };

/** What a replay does; gives steps and, at last, what there is to tell. */
export type ReplayWork = (
  wish: ReplayWish,
  signal: AbortSignal,
) => AsyncGenerator<ReplayProgress, ReplayResult, undefined>;

export interface ReplayDeskOptions {
  readonly lake: EventsReading;
  readonly read: Reader<WatchTables>;
  readonly change: ChangeDoor;
  readonly log: Log;
  readonly monotonic: () => number;
  readonly exceptions: () => SharedExceptions | undefined;
  /** How `repair` is done. */
  readonly repair: ReplayWork;
}

/** Runs replays, few at a time, and keeps what came of them. */
export interface ReplayDesk extends AsyncDisposable {
  /** Throws the refusal `watch/replays-busy`. `from`: a request as its route was asked. */
  begin(
    actor: Actor,
    wish: ReplayWish,
    from?: { readonly signal?: AbortSignal; readonly requestId?: string },
  ): Promise<RunningReplay>;
  running(id: string): RunningReplay | undefined;
  /** Ends what a process before left in the records as running. Before anything begins. */
  start(): Promise<void>;
}

/** Each has a thread and a question to the store. */
const mostAtOnce = 2;
const remembered = 500;
const keeper = systemActor("watch", ["replays.keep"]);

export function createReplayDesk(options: ReplayDeskOptions): ReplayDesk {
  const { lake, change, log, exceptions, monotonic } = options;
  const stop = new AbortController();
  const running = new Map<string, RunningReplay>();
  /** Places that are taken by replays whose record is not written yet. */
  let beginning = 0;

  const trial: ReplayWork = ({ setup, from, to, exact, samples }, signal) =>
    runReplay({ lake, exceptions, monotonic }, { setup, span: { from, to }, exact, samples, signal });

  function run(id: Id<"replay">, wish: ReplayWish): RunningReplay {
    const cancel = new AbortController();
    const signal = AbortSignal.any([stop.signal, cancel.signal]);
    let progress: ReplayProgress = { share: 0, looked: 0, found: 0 };
    let moved = Promise.withResolvers<void>();
    let over = false;

    async function outcome(): Promise<ReplayOutcome> {
      try {
        const steps = (wish.purpose === "try" ? trial : options.repair)(wish, signal);
        for (;;) {
          const step = await steps.next();
          if (step.done) return { state: "done", result: step.value };
          progress = step.value;
          moved.resolve();
          moved = Promise.withResolvers<void>();
        }
      } catch (error) {
        if (cancel.signal.aborted) return { state: "cancelled", why: "Somebody ended it." };
        if (stop.signal.aborted) return { state: "failed", why: "Meridian is stopping; begin it again." };
        if (error instanceof Refusal) return { state: "failed", why: error.message, refusal: error };
        log.error("a replay failed", { replay: id, error });
        const why =
          error instanceof EventsError
            ? `The store of events could not answer (${error.code}).`
            : "A fault of ours; the log says more.";
        return { state: "failed", why };
      }
    }

    const ended = outcome().then(async (come) => {
      await keep(id, come).catch((error: unknown) => log.error("a replay's end was not kept", { replay: id, error }));
      over = true;
      moved.resolve();
      running.delete(id);
      return come;
    });
    const one: RunningReplay = {
      id,
      get progress() {
        return progress;
      },
      ended,
      async *steps() {
        while (!over) {
          yield progress;
          await moved.promise;
        }
      },
      cancel: () => cancel.abort(new Error("the replay was cancelled")),
    };
    running.set(id, one);
    return one;
  }

  async function keep(id: Id<"replay">, come: ReplayOutcome): Promise<void> {
    await change(keeper, "replays.keep", async ({ tx, at, audit }) => {
      const { state } = come;
      const result = state === "done" ? JSON.stringify(come.result) : null;
      await endReplay(tx, id, { state, why: state === "done" ? "" : come.why, result, ended_at: at });
      await forgetReplays(tx, remembered);
      audit(id, { state, ...(come.state === "done" && { count: come.result.count, exact: come.result.exact }) });
    });
  }

  return {
    async begin(actor, wish, from) {
      if (running.size + beginning >= mostAtOnce) throw refuse("replays-busy", { most: mostAtOnce, retryAfter: 5 });
      stop.signal.throwIfAborted();
      beginning++;
      try {
        const permission = wish.purpose === "try" ? "rules.replay" : "rules.repair";
        const row = await change(
          actor,
          permission,
          async ({ tx, at, newId, actor: by, audit }) => {
            const added = rowOf(newId("replay"), wish, at, by.id ?? "");
            await addReplay(tx, added);
            const { purpose, rule, title, from: since, to: until, exact } = wish;
            audit(added.id, { purpose, rule, title, from: since, to: until, exact });
            return added;
          },
          from,
        );
        return run(row.id, wish);
      } finally {
        beginning--;
      }
    },
    running: (id) => running.get(id),
    async start() {
      await change(keeper, "replays.keep", async ({ tx, at, audit }) =>
        audit("replays", { lost: await endLost(tx, at) }),
      );
    },
    async [Symbol.asyncDispose]() {
      stop.abort(new Error("Meridian is stopping"));
      await Promise.all([...running.values()].map(({ ended }) => ended));
    },
  };
}

function rowOf(id: Id<"replay">, wish: ReplayWish, at: ReplayRow["made_at"], by: string): ReplayRow {
  return {
    id,
    purpose: wish.purpose,
    rule: wish.rule,
    title: wish.title.slice(0, 500),
    from_at: Math.trunc(wish.from) as ReplayRow["from_at"],
    to_at: Math.trunc(wish.to) as ReplayRow["to_at"],
    exact: wish.exact ? 1 : 0,
    state: "running",
    why: "",
    result: null,
    made_at: at,
    made_by: by,
    ended_at: null,
  };
}
