import type { FindingRow } from "#lake";
import {
  type CorrelationMatch,
  type Correlator,
  type CorrelatorStats,
  createCorrelator,
  reachOf,
  type RuleSet,
} from "#sigma";
import type { EventRef } from "../spine/finding-rows.ts";

/** A finding that a correlation may want to know of. */
export type Observed = Pick<
  FindingRow,
  "rule" | "time" | "events" | "source" | "site" | "kind" | "host" | "user" | "fields"
>;

export interface LiveCorrelator {
  /** Takes a finding in; gives what it completed, silent correlations included. `now`: ms since 1970. */
  observe(finding: Observed, now: number): readonly CorrelationMatch<EventRef>[];
  /** Says what time it is: closes windows that ended, so that what did not happen is found as well. */
  advance(now: number): readonly CorrelationMatch<EventRef>[];
  /** Takes other rules into use. What correlations that stay have seen is kept. */
  use(rules: RuleSet): void;
  /** Forgets all that was observed. */
  forget(): void;
  /** Whether a correlation wants to know what a rule found. */
  wants(rule: string): boolean;
  /** The rules whose findings are wanted. */
  readonly wanted: readonly string[];
  /** How far back findings have to be observed again after a restart. Milliseconds; 0: no correlation is on. */
  readonly memory: number;
  readonly stats: LiveCorrelatorStats;
}

export interface LiveCorrelatorStats extends CorrelatorStats {
  /** Observations older than `lateness`: correlated among themselves. */
  readonly past: number;
  /** How often those that came late went back in time so far that the state for them began anew. */
  readonly pastRestarts: number;
}

export interface LiveCorrelatorOptions {
  readonly rules: RuleSet;
  /** How much later than others an event may come and still be put in its place, in ms. */
  readonly lateness: number;
}

/** Once nothing has come late for so long, what was open in the past is closed. Milliseconds. */
const pastRests = 60_000;

/**
 * Correlations in event time over a stream that never ends. Time is that of the events and, so that absence shows, that
 * of the clock less `lateness`. Events that come later than that (a log of last week, an outage's backlog) are correlated
 * among themselves, in a time of their own that only they move.
 */
export function createLiveCorrelator({ rules, lateness }: LiveCorrelatorOptions): LiveCorrelator {
  let set = rules;
  let live = make();
  let past: Correlator<EventRef> | undefined;
  /** How far the past's own time has come. */
  let pastNewest = -Infinity;
  /** When, by the clock, the past was last added to. */
  let pastTouched = 0;
  let decided = -Infinity;
  let pastCount = 0;
  let pastRestarts = 0;

  function make(): Correlator<EventRef> {
    return createCorrelator<EventRef>(set, { lateness, sameEvent: (a, b) => a.uid === b.uid });
  }

  function observeIn(correlator: Correlator<EventRef>, finding: Observed, time: number) {
    const { rule, events, source, site, kind, host, user } = finding;
    let fields: Readonly<Record<string, readonly string[]>> | undefined;
    return correlator.observe({
      rule,
      time,
      ref: { uid: events.at(-1) ?? "", source, site, kind, host, user },
      field: (name) => (fields ??= JSON.parse(finding.fields) as typeof fields & object)[name] ?? [],
    });
  }

  function observePast(finding: Observed, now: number): readonly CorrelationMatch<EventRef>[] {
    pastCount++;
    pastTouched = now;
    const { time } = finding;
    let ended: readonly CorrelationMatch<EventRef>[] = [];
    if (past && time < pastNewest - lateness) {
      ended = past.finish();
      past = undefined;
      pastRestarts++;
    }
    if (!past) pastNewest = -Infinity;
    past ??= make();
    pastNewest = Math.max(pastNewest, time);
    return [...ended, ...observeIn(past, finding, time), ...past.advance(pastNewest)];
  }

  return {
    observe(finding, now) {
      if (!live.wants.has(finding.rule)) return [];
      // A clock that runs ahead somewhere must not make everybody else's events late.
      const time = Math.min(finding.time, now);
      if (time < decided) return observePast(finding, now);
      const found = observeIn(live, finding, time);
      decided = Math.max(decided, time - lateness);
      return found;
    },
    advance(now) {
      decided = Math.max(decided, now - lateness);
      const found = live.advance(now);
      if (!past || now - pastTouched < pastRests) return found;
      const ended = past.finish();
      past = undefined;
      return [...found, ...ended];
    },
    use(next) {
      const before = live.snapshot();
      set = next;
      live = make();
      live.restore(before);
      if (past) {
        const pastBefore = past.snapshot();
        past = make();
        past.restore(pastBefore);
      }
    },
    forget() {
      live = make();
      past = undefined;
      decided = -Infinity;
    },
    wants: (rule) => live.wants.has(rule),
    get wanted() {
      return [...live.wants.keys()];
    },
    get memory() {
      return memoryOf(set, lateness);
    },
    get stats() {
      return { ...live.stats, past: pastCount, pastRestarts };
    },
  };
}

/** The longest that something observed may still matter: of a chain of correlations, all their reaches. */
function memoryOf({ correlations }: RuleSet, lateness: number): number {
  if (correlations.length === 0) return 0;
  const byName = new Map(correlations.flatMap((rule) => [rule.id, rule.name ?? rule.id].map((name) => [name, rule])));
  const known = new Map<string, number>();
  const spanOf = (id: string): number => {
    const rule = byName.get(id);
    if (!rule) return 0;
    const before = known.get(rule.id);
    if (before !== undefined) return before;
    known.set(rule.id, 0);
    const span = reachOf(rule) + Math.max(0, ...rule.rules.map(spanOf));
    known.set(rule.id, span);
    return span;
  };
  return Math.max(...correlations.map(({ id }) => spanOf(id))) + lateness;
}
