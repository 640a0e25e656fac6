import { Refusal } from "#kernel";
import type { DeadLetter, FindingRow, LakeStore } from "#lake";
import type { Clock } from "#platform";
import type { CorrelationMatch } from "#sigma";
import type { LiveCorrelator } from "../correlate/live-correlator.ts";
import type { Generation } from "../rules/generation.ts";
import { correlationDraft, detectionDraft, type EventRef, type FindingDraft } from "./finding-rows.ts";
import type { LaneAnswer, LaneDelivery } from "./lane-protocol.ts";

/** What lanes made of a task, on its way into the lake. */
export interface Worked {
  readonly generation: Generation;
  readonly deliveries: readonly LaneDelivery[];
  readonly answers: readonly LaneAnswer[];
}

/** Who makes alerts of findings. */
export interface AlertKeeper {
  /** Which alert each of them belongs to, by its place; "" for those that raise none. Alerts are not made by it. */
  assign(drafts: readonly FindingDraft[]): Promise<readonly string[]>;
  /** Raises and grows the alerts of findings that nobody has seen before. */
  apply(findings: readonly FindingRow[]): Promise<void>;
  /** Makes sure of the alerts of findings that were stored before, which another process may have left without. */
  confirm(findings: readonly string[]): Promise<void>;
  /** Reads findings that were stored before and makes sure of their alerts. */
  recover(): Promise<void>;
}

/** What mutes findings of a rule about an entity: "" or why. */
export interface Muting {
  suppressed(rule: string, entity: string): boolean;
  /** A finding that exceptions held back. */
  excepted(exceptions: readonly string[]): void;
}

export interface CommitterOptions {
  readonly lake: LakeStore;
  readonly alerts: AlertKeeper;
  readonly correlator: LiveCorrelator;
  readonly muting: Muting;
  readonly clock: Clock;
  readonly generation: () => Generation;
  /** Told of each attempt that failed and will be made again. */
  readonly onRetry: (what: string, error: unknown) => void;
  /** What else there is to find in what lanes tell; the same again gives the same, or nothing. */
  readonly more?: (worked: readonly Worked[], received: number) => readonly FindingDraft[];
  readonly onFindings: (findings: readonly FindingRow[]) => void;
  /**
   * Where one of several processes correlates for all: told of findings once they are durable, instead of this process's
   * own correlations. Whoever correlates calls `observeAgain` and `tick`.
   */
  readonly tell?: ((findings: readonly FindingRow[]) => void) | undefined;
  readonly signal: AbortSignal;
}

export interface Committer {
  /**
   * Makes all of it durable: events first, then what was found, then what correlations say, then alerts. A failure to
   * store the events rejects, and nothing is promised; what comes after them is tried until it is done, since an event
   * whose findings are missing would be acknowledged by the next retry. `stored` is called once the events are.
   */
  commit(worked: readonly Worked[], stored?: () => void): Promise<void>;
  /**
   * Keeps findings that others made (of a source that fell silent, of a risk), raises their alerts and has correlations
   * see them. The same id again is the same finding. Resolves once all of it is durable.
   */
  raise(drafts: readonly FindingDraft[]): Promise<void>;
  /** Moves the correlations' time on, and stores what that found. */
  tick(): Promise<void>;
  /** Has correlations see findings that are stored already; keeps what that completes from a time on. */
  observeAgain(findings: readonly FindingRow[], from: number): Promise<void>;
}

export function createCommitter(options: CommitterOptions): Committer {
  const { lake, alerts, correlator, muting, clock, signal, tell } = options;
  /** Storing and detecting are separate stages, each one group at a time and in the order in which they came. */
  const inTurn = turns();
  /** Who correlates for all does not wait for what this process itself takes in. */
  const observing = tell ? turns() : inTurn;

  async function untilDone<Result>(what: string, work: () => Promise<Result>): Promise<Result> {
    for (let tries = 1; ; tries++) {
      try {
        return await work();
      } catch (error) {
        signal.throwIfAborted();
        options.onRetry(what, error);
        const asked = error instanceof Refusal ? Number(error.details["retryAfter"] ?? 0) * 1_000 : 0;
        await clock.sleep(Math.max(Math.min(asked, 5_000), Math.min(50 * 2 ** tries, 5_000)), signal);
      }
    }
  }

  function draftsOf(worked: readonly Worked[], received: number): FindingDraft[] {
    const drafts: FindingDraft[] = [];
    for (const { generation, deliveries, answers } of worked) {
      let at = 0;
      for (const answer of answers)
        for (const { found } of answer.deliveries) {
          const { source, site } = deliveries[at++]!;
          for (const one of found) {
            const rule = one.builtIn ?? generation.detections[one.rule]!;
            if (one.excepted.length > 0) muting.excepted(one.excepted);
            const muted =
              one.excepted.length > 0 ? "excepted" : muting.suppressed(rule.id, one.entity) ? "suppressed" : "";
            drafts.push(detectionDraft(one, rule, { source, site, received, muted }));
          }
        }
    }
    return drafts;
  }

  async function keep(drafts: readonly FindingDraft[]): Promise<readonly FindingRow[]> {
    if (drafts.length === 0) return [];
    const ids = await untilDone("assign alerts", () => alerts.assign(drafts));
    const rows = drafts.map((draft, at): FindingRow => ({ ...draft, alert: ids[at]! }));
    let tries = 0;
    const { fresh } = await untilDone("store findings", () => {
      tries++;
      return lake.storeFindings(rows, { signal });
    });
    // A try that failed may have stored them all the same, and what is stored is no longer fresh: then alerts are made of
    // what the lake says, and correlations are told again, who count an event once.
    const firsts = tries > 1 ? rows : rows.filter((_, at) => fresh[at] === 1);
    const others = tell ? rows.filter((_, at) => fresh[at] === 0).map(({ id }) => id) : [];
    // A sender comes again when whoever stored them has died, perhaps before their alerts were made.
    if (others.length > 0) await untilDone("confirm alerts", () => alerts.confirm(others));
    if (firsts.length === 0) return firsts;
    let applied = tries === 1;
    await untilDone("keep alerts", async () => {
      if (!applied) return alerts.recover();
      applied = false;
      await alerts.apply(firsts);
    });
    options.onFindings(firsts);
    return firsts;
  }

  function correlationDrafts(
    matches: readonly CorrelationMatch<EventRef>[],
    received: number,
    rawOf: (uid: string) => string,
  ): FindingDraft[] {
    const { byId } = options.generation();
    return matches.flatMap((match) => {
      const rule = byId.get(match.rule.id);
      if (!rule) return [];
      const draft = correlationDraft(match, rule, { received, muted: "", rawOf });
      return [{ ...draft, muted: muting.suppressed(rule.id, draft.entity) ? "suppressed" : "" }];
    });
  }

  async function detect(drafts: readonly FindingDraft[], received: number): Promise<void> {
    const firsts = await keep(drafts);
    if (tell) return tell(firsts);
    const matches = firsts
      .filter(({ muted }) => muted !== "excepted")
      .flatMap((finding) => correlator.observe(finding, received));
    if (matches.length === 0) return;
    const raws = new Map(firsts.map(({ events, raw }) => [events.at(-1), raw]));
    await keep(correlationDrafts(matches, received, (uid) => raws.get(uid) ?? ""));
  }

  async function settle(worked: readonly Worked[]): Promise<void> {
    const received = clock.now();
    await detect([...draftsOf(worked, received), ...(options.more?.(worked, received) ?? [])], received);
    const letters = lettersOf(worked);
    if (letters.length > 0) await untilDone("keep dead letters", () => lake.keepDeadLetters(letters, { signal }));
  }

  return {
    async commit(worked, stored = () => {}) {
      const batches = worked.flatMap(({ answers }) => answers.map(({ batch }) => batch));
      // The lake joins what comes at once; joining it here would only copy it once more.
      await allDone(batches.filter(({ ends }) => ends.length > 0).map((batch) => lake.store(batch, { signal })));
      stored();
      await inTurn(() => settle(worked));
    },
    raise: (drafts) => inTurn(() => detect(drafts, clock.now())),
    observeAgain: (findings, from) =>
      observing(async () => {
        const received = clock.now();
        const matches = findings.flatMap((finding) => correlator.observe(finding, received));
        const raws = new Map(findings.map(({ events, raw }) => [events.at(-1), raw]));
        const late = matches.filter(({ time }) => time >= from);
        await keep(correlationDrafts(late, received, (uid) => raws.get(uid) ?? ""));
      }),
    tick: () =>
      observing(async () => {
        const received = clock.now();
        const matches = correlator.advance(received);
        if (matches.length > 0) await keep(correlationDrafts(matches, received, () => ""));
      }),
  };
}

/** One after the other, whatever becomes of those before. */
function turns(): <Result>(work: () => Promise<Result>) => Promise<Result> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const turn = last.then(work);
    last = turn.catch(() => undefined);
    return turn;
  };
}

/** Waits for all of them, whatever becomes of one: none goes on behind its sender's back. */
async function allDone(work: readonly Promise<unknown>[]): Promise<void> {
  const failed = (await Promise.allSettled(work)).find((one) => one.status === "rejected");
  if (failed) throw failed.reason;
}

/** Bytes of one letter that are kept; a record may be as long as a delivery. */
const letterBytes = 1024 * 1024;

function lettersOf(worked: readonly Worked[]): DeadLetter[] {
  return worked.flatMap(({ deliveries, answers }) => {
    const told = answers.flatMap((answer) => answer.deliveries);
    return deliveries.flatMap(({ source, key = "", receivedAt, bytes }, at) =>
      told[at]!.lost.map(({ index, offset, length, code, message, format }) => ({
        source,
        received: receivedAt,
        code,
        message,
        format,
        delivery: key,
        index,
        bytes: bytes.slice(offset, offset + Math.min(length, letterBytes)),
      })),
    );
  });
}
