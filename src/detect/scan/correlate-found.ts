import {
  createCorrelator,
  type CorrelationMatch,
  type CorrelatorStats,
  type DetectionRule,
  type RuleSet,
} from "#sigma";
import { defaultLevel, type EventAddress, type Finding } from "../contract.ts";
import type { ObservedMatch } from "./scan-input.ts";

export interface ObservationKeeper {
  keep(observed: ObservedMatch): void;
  /** Runs the correlations over all that was kept, in the order of event time. */
  findings(): readonly Finding[];
  readonly stats: CorrelationStats;
}

export interface CorrelationStats extends CorrelatorStats {
  /** Matches of events that tell no time. */
  readonly undated: number;
  /** Matches that found no room. */
  readonly dropped: number;
}

/** Matches kept for correlation; files come in any order of time, so they wait until all are there. */
const observationsKept = 1_000_000;

export function createObservationKeeper(ruleSet: RuleSet): ObservationKeeper {
  const correlator = createCorrelator<EventAddress>(ruleSet, {
    sameEvent: (a, b) => a.file === b.file && a.index === b.index,
  });
  const held: ObservedMatch[] = [];
  let undated = 0;
  let dropped = 0;
  return {
    keep(observed) {
      if (Number.isNaN(observed.time)) undated++;
      else if (held.length >= observationsKept) dropped++;
      else held.push(observed);
    },
    findings() {
      held.sort((a, b) => a.time - b.time);
      const found: Finding[] = [];
      const take = (matches: readonly CorrelationMatch<EventAddress>[]) => {
        for (const match of matches) if (!ruleSet.silent.includes(match.rule.id)) found.push(findingOf(match));
      };
      for (const { rule, time, address, fields } of held) {
        const { id } = ruleSet.detections[rule] as DetectionRule;
        take(correlator.observe({ rule: id, time, ref: address, field: (name) => fields[name] ?? [] }));
      }
      take(correlator.finish());
      return found;
    },
    get stats() {
      return { ...correlator.stats, undated, dropped };
    },
  };
}

function findingOf(match: CorrelationMatch<EventAddress>): Finding {
  const { rule } = match;
  return {
    rule: { id: rule.id, title: rule.title, file: rule.source.file, tags: rule.tags },
    level: rule.level ?? defaultLevel,
    event: match.refs.at(-1)!,
    matched: [],
    correlation: {
      type: rule.type,
      group: match.group,
      ...(match.value === undefined ? {} : { value: match.value }),
      from: new Date(match.from).toISOString(),
      to: new Date(match.to).toISOString(),
      events: match.refs,
      eventCount: match.count,
    },
  };
}
