import type { CorrelationRule } from "../rule.ts";
import type { RuleSet } from "../rule-set.ts";
import { compileCondition } from "./condition.ts";
import { createHeap } from "./heap.ts";
import { groupsOf } from "./groups.ts";
import { createWindow } from "./create-window.ts";
import type { Observation } from "./observation.ts";
import type { Verdict, Window } from "./window.ts";

export interface CorrelationMatch<Ref> {
  readonly rule: CorrelationRule;
  /** Epoch ms: of the event that completed it, or the moment at which a window closed. */
  readonly time: number;
  readonly group: Readonly<Record<string, string>>;
  /** What was compared with the condition, for the types that have a figure. */
  readonly value?: number;
  readonly from: number;
  readonly to: number;
  /** The contributing observations, oldest first, the newest `refsKept` of them. */
  readonly refs: readonly Ref[];
  readonly count: number;
}

export interface CorrelatorOptions {
  /** Groups over all rules; past it the group untouched for longest is forgotten, and counted. */
  readonly maxGroups?: number;
  /** Observations held by one group; past it the oldest is forgotten, and counted. */
  readonly maxPerGroup?: number;
  /** How much older than the newest observation one may be, in ms, and still be put in its place. */
  readonly lateness?: number;
  /** Observations waiting for late ones; past it the oldest is taken at once. */
  readonly maxWaiting?: number;
}

export interface CorrelatorStats {
  readonly groups: number;
  readonly evictedGroups: number;
  readonly forgottenObservations: number;
  readonly lateObservations: number;
  /** Observations that lack a group-by field: they are of no group and are not counted anywhere. */
  readonly ungrouped: number;
}

export interface Correlator<Ref> {
  /** Rule id → the fields that observations of that rule are asked for. */
  readonly wants: ReadonlyMap<string, readonly string[]>;
  /** Observations may come out of order by up to `lateness`; later ones are counted and left out. */
  observe(observation: Observation<Ref>): readonly CorrelationMatch<Ref>[];
  /** Says that time has come this far (epoch ms): windows that ended before are closed. */
  advance(now: number): readonly CorrelationMatch<Ref>[];
  /** Everything that waits is taken and every open window closed, as if time had run on. */
  finish(): readonly CorrelationMatch<Ref>[];
  readonly stats: CorrelatorStats;
}

/** Observations named in one match. */
export const refsKept = 100;

interface Group<Ref> {
  readonly rule: CorrelationRule;
  readonly values: Readonly<Record<string, string>>;
  readonly window: Window<Ref>;
  readonly key: string;
  /** When the window has something to decide by the passing of time; undefined: it is not in the heap. */
  due?: number;
}

/**
 * Runs the set's correlations over a stream of observations in event time. Windows slide: each one is the `timespan`
 * that ends at an observation, or, where a condition can only be judged once the time is over (an upper bound, a
 * missing rule), the `timespan` that begins at one. A correlation fires when its condition begins to hold, and again
 * after each further `timespan` in which it goes on holding.
 */
export function createCorrelator<Ref>(ruleSet: RuleSet, options: CorrelatorOptions = {}): Correlator<Ref> {
  const { maxGroups = 100_000, maxPerGroup = 10_000, lateness = 0, maxWaiting = 100_000 } = options;
  const idOf = new Map<string, string>();
  for (const rule of [...ruleSet.detections, ...ruleSet.correlations]) {
    if (rule.name !== undefined) idOf.set(rule.name, rule.id);
  }
  for (const rule of [...ruleSet.detections, ...ruleSet.correlations]) idOf.set(rule.id, rule.id);

  const compiled = ruleSet.correlations.map((rule) => compileCorrelation(rule, (name) => idOf.get(name) ?? name));
  const interested = new Map<string, typeof compiled>();
  const wants = new Map<string, string[]>();
  for (const one of compiled) {
    for (const id of new Set(one.ruleIds)) {
      interested.set(id, [...(interested.get(id) ?? []), one]);
      wants.set(id, [...new Set([...(wants.get(id) ?? []), ...one.fieldsFrom(id)])]);
    }
  }

  const groups = new Map<string, Group<Ref>>();
  const closings = createHeap<{ readonly at: number; readonly group: Group<Ref> }>((entry) => entry.at);
  const waiting = createHeap<{ readonly at: number; readonly observation: Observation<Ref> }>((entry) => entry.at);
  const stats = { groups: 0, evictedGroups: 0, forgottenObservations: 0, lateObservations: 0, ungrouped: 0 };
  let newest = -Infinity;
  let taken = -Infinity;

  function groupFor(one: (typeof compiled)[number], values: readonly string[]): Group<Ref> {
    const key = JSON.stringify([one.rule.id, ...values]);
    const known = groups.get(key);
    if (known) {
      groups.delete(key);
      groups.set(key, known);
      return known;
    }
    if (groups.size >= maxGroups) evictOldest();
    const group: Group<Ref> = {
      rule: one.rule,
      key,
      values: Object.fromEntries(one.rule.groupBy.map((name, at) => [name, values[at] ?? ""])),
      window: createWindow<Ref>(one.condition, { timespan: one.rule.timespan, maxPerGroup, refsKept }),
    };
    groups.set(key, group);
    return group;
  }

  function evictOldest(): void {
    const oldest = groups.keys().next();
    if (oldest.done) return;
    groups.delete(oldest.value);
    stats.evictedGroups++;
  }

  function schedule(group: Group<Ref>): void {
    const due = group.window.due;
    if (due === undefined || group.due !== undefined) return;
    group.due = due;
    closings.push({ at: due, group });
  }

  /** Closes windows that ended at or before `now`, oldest first; what they find may feed other correlations. */
  function close(now: number, found: CorrelationMatch<Ref>[]): void {
    for (let next = closings.peek(); next && next.at <= now; next = closings.peek()) {
      closings.pop();
      const { group, at } = next;
      delete group.due;
      if (groups.get(group.key) !== group) continue;
      for (const verdict of group.window.close(at)) report(group, verdict, found);
      if (group.window.isEmpty) groups.delete(group.key);
      else schedule(group);
    }
  }

  function take(observation: Observation<Ref>, found: CorrelationMatch<Ref>[]): void {
    taken = Math.max(taken, observation.time);
    for (const one of interested.get(observation.rule) ?? []) {
      const keys = groupsOf(one.rule, one.fieldNames(observation.rule), observation);
      if (keys.length === 0) stats.ungrouped++;
      for (const values of keys) {
        const group = groupFor(one, values);
        const before = group.window.forgotten;
        for (const verdict of group.window.add(observation)) report(group, verdict, found);
        stats.forgottenObservations += group.window.forgotten - before;
        schedule(group);
      }
    }
  }

  function report(group: Group<Ref>, verdict: Verdict<Ref>, found: CorrelationMatch<Ref>[]): void {
    const match: CorrelationMatch<Ref> = { rule: group.rule, group: group.values, ...verdict };
    found.push(match);
    const last = verdict.refs.at(-1);
    if (!interested.has(group.rule.id) || last === undefined) return;
    take(
      {
        rule: group.rule.id,
        time: verdict.time,
        ref: last,
        field: (name) => (Object.hasOwn(group.values, name) ? [group.values[name] as string] : []),
      },
      found,
    );
  }

  /** Takes what has waited long enough, in the order of time. */
  function settle(until: number, found: CorrelationMatch<Ref>[]): void {
    for (let next = waiting.peek(); next && (next.at <= until || waiting.size > maxWaiting); next = waiting.peek()) {
      waiting.pop();
      close(next.at, found);
      take(next.observation, found);
    }
  }

  return {
    wants,
    observe(observation) {
      const found: CorrelationMatch<Ref>[] = [];
      if (!interested.has(observation.rule)) return found;
      if (observation.time < taken) {
        stats.lateObservations++;
        return found;
      }
      newest = Math.max(newest, observation.time);
      if (lateness === 0) {
        close(observation.time, found);
        take(observation, found);
      } else {
        waiting.push({ at: observation.time, observation });
        settle(newest - lateness, found);
      }
      return found;
    },
    advance(now) {
      const found: CorrelationMatch<Ref>[] = [];
      newest = Math.max(newest, now);
      settle(newest - lateness, found);
      close(newest - lateness, found);
      return found;
    },
    finish() {
      const found: CorrelationMatch<Ref>[] = [];
      settle(Infinity, found);
      close(Infinity, found);
      return found;
    },
    get stats() {
      return { ...stats, groups: groups.size };
    },
  };
}

function compileCorrelation(rule: CorrelationRule, resolve: (name: string) => string) {
  const ruleIds = rule.rules.map(resolve);
  const aliases = new Map<string, Map<string, string>>();
  for (const [alias, byRule] of Object.entries(rule.aliases)) {
    aliases.set(alias, new Map(Object.entries(byRule).map(([name, field]) => [resolve(name), field])));
  }
  const fieldNames = (id: string) => rule.groupBy.map((name) => aliases.get(name)?.get(id) ?? name);
  const values = rule.condition.kind === "bounds" ? rule.condition.field : [];
  return {
    rule,
    ruleIds,
    /** The group-by fields as the rule `id` calls them. */
    fieldNames,
    fieldsFrom: (id: string) => [...fieldNames(id), ...values],
    condition: compileCondition(rule, ruleIds, resolve),
  };
}
