import type { RuleSet } from "../rule-set.ts";
import { boundedText } from "./bounded-text.ts";
import { compileCorrelations, type CompiledCorrelation } from "./compile-correlations.ts";
import { type CorrelationMatch, type Correlator, type CorrelatorOptions, refsKept } from "./contract.ts";
import { createWindow } from "./create-window.ts";
import { Group, GroupTable } from "./group-table.ts";
import { Heap } from "./heap.ts";
import { Intake, keyOf, observationFrom } from "./intake.ts";
import type { Observation } from "./observation.ts";
import { snapshotVersion } from "./snapshot.ts";
import type { Verdict, WindowSize, WindowState } from "./window.ts";

/**
 * Runs the set's correlations over a stream of observations in event time. Windows slide: each one is the `timespan`
 * that ends at an observation, or, where a condition can only be judged once the time is over (an upper bound, a
 * missing rule), the `timespan` that begins at one. A correlation fires when its condition begins to hold, and again
 * after each further `timespan` in which it goes on holding. At equal times the order of arrival counts.
 */
export function createCorrelator<Ref>(ruleSet: RuleSet, options: CorrelatorOptions<Ref> = {}): Correlator<Ref> {
  const { maxGroups = 100_000, maxObservations = 1_000_000, maxPerGroup = 10_000 } = options;
  const { lateness = 0, maxWaiting = 100_000, sameEvent = Object.is } = options;
  const { all, builtOn, wants } = compileCorrelations(ruleSet);
  const detections = new Set(ruleSet.detections.map(({ id }) => id));

  const limits = new Map(all.map((one) => [one, limitsOf(one)]));

  let groups = new GroupTable<Ref>();
  let closings = new Heap<Group<Ref>>();
  let waiting = new Heap<Observation<Ref>>();
  /** Entries of `closings` whose group is gone. */
  let stale = 0;
  let newest = -Infinity;
  /** What is older than this has been decided. */
  let decided = -Infinity;
  const counts = {
    evictedGroups: 0,
    forgottenObservations: 0,
    lateObservations: 0,
    undated: 0,
    ungrouped: 0,
    combinationsLeftOut: 0,
    shortenedValues: 0,
  };

  const intake = new Intake(counts);
  const none: readonly CorrelationMatch<Ref>[] = [];
  /** What the call in hand has found. */
  let found: CorrelationMatch<Ref>[] = [];

  function handOver(): readonly CorrelationMatch<Ref>[] {
    if (found.length === 0) return none;
    const all = found;
    found = [];
    return all;
  }

  function limitsOf({ condition, rule }: CompiledCorrelation): WindowSize<Ref> {
    const needed = condition.kind === "figure" ? Math.min(condition.needs, maxObservations) : 0;
    return {
      timespan: rule.timespan,
      maxPerGroup: Math.max(maxPerGroup, needed),
      refsKept,
      sameEvent,
      isDetection: (id) => detections.has(id),
    };
  }

  function groupFor(correlation: CompiledCorrelation, values: readonly string[]): Group<Ref> {
    const known = groups.find(correlation, keyOf(values));
    if (known) {
      groups.touch(known);
      return known;
    }
    const group = makeGroup(correlation, values.map(boundedText));
    groups.add(group);
    if (groups.size > maxGroups) evict(groups.oldest!);
    return group;
  }

  function makeGroup(correlation: CompiledCorrelation, values: readonly string[], state?: WindowState<Ref>) {
    return new Group(
      correlation,
      keyOf(values),
      values,
      createWindow<Ref>(correlation.condition, limits.get(correlation)!, state),
    );
  }

  function evict(group: Group<Ref>): void {
    counts.evictedGroups++;
    counts.forgottenObservations += group.window.size;
    drop(group);
  }

  function drop(group: Group<Ref>): void {
    groups.drop(group);
    if (group.due !== undefined) stale++;
    if (stale > 1000 && stale * 2 > closings.size) {
      closings.keep((one) => !one.gone);
      stale = 0;
    }
  }

  function settleGroup(group: Group<Ref>): void {
    if (group.gone) return;
    groups.count(group);
    if (group.window.size === 0 && group.due === undefined) return drop(group);
    while (groups.observations > maxObservations && groups.oldest !== group) evict(groups.oldest!);
    if (group.due !== undefined) return;
    group.due = group.window.due!;
    closings.push(group.due, group);
  }

  /** Closes windows that ended at or before `now`, oldest first; what they find may feed other correlations. */
  function close(now: number): void {
    while (closings.least! <= now) {
      const at = closings.least!;
      const group = closings.pop()!;
      group.due = undefined;
      if (group.gone) {
        stale--;
        continue;
      }
      for (const verdict of group.window.close(at)) report(group, verdict);
      settleGroup(group);
    }
  }

  function take(observation: Observation<Ref>): void {
    if (observation.time > decided) decided = observation.time;
    for (const correlation of builtOn.get(observation.rule) ?? []) {
      const keys = intake.combine(correlation.groupFields(observation.rule), observation);
      if (keys.length === 0) {
        counts.ungrouped++;
        continue;
      }
      const held = intake.hold(correlation, observation);
      for (const values of keys) {
        const group = groupFor(correlation, values);
        const before = group.window.forgotten;
        const verdicts = group.window.add(held);
        counts.forgottenObservations += group.window.forgotten - before;
        for (const verdict of verdicts) report(group, verdict);
        settleGroup(group);
      }
    }
  }

  function report(group: Group<Ref>, verdict: Verdict<Ref>): void {
    const { rule, carries } = group.correlation;
    const { held: contributing, ...rest } = verdict;
    const values = new Map(rule.groupBy.map((name, at) => [name, group.values[at]!]));
    const refs = contributing.map((one) => one.ref);
    found.push({ rule, group: Object.fromEntries(values), ...rest, refs });
    if (!builtOn.has(rule.id)) return;
    /** The value that it was grouped by, else those of all its events. */
    const field = (name: string): readonly string[] => {
      const grouped = values.get(name);
      if (grouped !== undefined) return [grouped];
      const at = carries.indexOf(name);
      return [...new Set(contributing.flatMap((one) => one.carried[at] ?? []))];
    };
    take({ rule: rule.id, time: verdict.time, ref: refs.at(-1)!, field });
  }

  /** Takes what has waited long enough, in the order of time. */
  function settle(until: number): void {
    while (waiting.least! <= until || waiting.size > maxWaiting) {
      const observation = waiting.pop()!;
      close(observation.time);
      take(observation);
    }
  }

  const fieldsOf = (rule: string) => wants.get(rule) ?? [];

  return {
    wants,
    observe(observation) {
      const { rule, time } = observation;
      if (!builtOn.has(rule)) return handOver();
      if (!Number.isFinite(time)) counts.undated++;
      else if (time < decided) counts.lateObservations++;
      else {
        if (time > newest) newest = time;
        if (lateness === 0) {
          close(time);
          take(observation);
        } else {
          waiting.push(time, observationFrom(intake.store(observation, fieldsOf(rule))));
          settle(newest - lateness);
        }
      }
      return handOver();
    },
    advance(now) {
      if (!Number.isFinite(now)) return handOver();
      newest = Math.max(newest, now);
      settle(newest - lateness);
      close(newest - lateness);
      decided = Math.max(decided, newest - lateness);
      return handOver();
    },
    finish() {
      settle(Infinity);
      close(Infinity);
      return handOver();
    },
    snapshot() {
      const inOrder = [...groups];
      const numbers = new Map(inOrder.map((group, number) => [group, number]));
      return {
        version: snapshotVersion,
        newest: Number.isFinite(newest) ? newest : null,
        decided: Number.isFinite(decided) ? decided : null,
        stats: { ...counts },
        meanings: Object.fromEntries(inOrder.map(({ correlation }) => [correlation.rule.id, correlation.meaning])),
        groups: inOrder.map(({ correlation, values, due, window }) => ({
          rule: correlation.rule.id,
          values,
          due: due ?? null,
          window: window.snapshot(),
        })),
        closings: closings.inOrder().flatMap((group) => numbers.get(group) ?? []),
        waiting: waiting.inOrder().map((one) => intake.store(one, fieldsOf(one.rule))),
      };
    },
    restore(snapshot) {
      if (snapshot.version !== snapshotVersion) return { ok: false, version: snapshot.version };
      groups = new GroupTable();
      closings = new Heap();
      waiting = new Heap();
      stale = 0;
      newest = snapshot.newest ?? -Infinity;
      decided = snapshot.decided ?? -Infinity;
      Object.assign(counts, snapshot.stats);
      const known = new Map(
        all.filter((one) => snapshot.meanings[one.rule.id] === one.meaning).map((one) => [one.rule.id, one]),
      );
      const restored = snapshot.groups.map(({ rule, values, due, window }) => {
        const correlation = known.get(rule);
        if (!correlation) return undefined;
        const group = makeGroup(correlation, values, window);
        group.due = due ?? undefined;
        groups.add(group);
        groups.count(group);
        return group;
      });
      for (const number of snapshot.closings) {
        const group = restored[number];
        if (group) closings.push(group.due!, group);
      }
      while (groups.size > maxGroups || groups.observations > maxObservations) evict(groups.oldest!);
      const wanted = snapshot.waiting.filter(({ rule }) => builtOn.has(rule));
      for (const stored of wanted) waiting.push(stored.time, observationFrom(stored));
      const kept = restored.filter((group) => group !== undefined).length;
      return {
        ok: true,
        groups: groups.size,
        dropped: restored.length - kept + snapshot.waiting.length - wanted.length,
      };
    },
    get stats() {
      return { ...counts, groups: groups.size, observations: groups.observations };
    },
  };
}
