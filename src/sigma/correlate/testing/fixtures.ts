import fc from "fast-check";
import { always } from "../../plan.ts";
import type { RuleSet } from "../../rule-set.ts";
import type { Bound, CorrelationRule, CorrelationType, DetectionRule } from "../../rule.ts";
import type { CorrelatorOptions } from "../contract.ts";
import { createCorrelator } from "../correlator.ts";
import type { Observation } from "../observation.ts";

const bare = {
  references: [],
  tags: [],
  falsepositives: [],
  fields: [],
  scope: [],
  related: [],
  custom: {},
  source: { file: "test.yml", document: 0, line: 1 },
};

const detection = (id: string): DetectionRule => ({
  ...bare,
  kind: "detection",
  id,
  name: `${id}-name`,
  title: id,
  logsource: {},
  conditions: ["selection"],
  plan: always,
  filteredBy: [],
});

export const correlation = (over: Partial<CorrelationRule> & { type: CorrelationType }): CorrelationRule => ({
  ...bare,
  kind: "correlation",
  id: "corr",
  title: "corr",
  rules: ["a"],
  groupBy: [],
  timespan: 10,
  aliases: {},
  generate: false,
  condition: { kind: "bounds", bounds: [{ is: "gte", number: 2 }], field: [] },
  ...over,
});

export const setOf = (...correlations: CorrelationRule[]): RuleSet => ({
  detections: ["a", "b", "c"].map(detection),
  correlations,
  setAside: [],
  findings: [],
  silent: [],
});

export interface Seen {
  readonly rule: string;
  readonly time: number;
  readonly fields?: Readonly<Record<string, readonly string[]>>;
  /** Two of the same number are one event; its place in the list, if left out. */
  readonly event?: number;
}

export function run(set: RuleSet, seen: readonly Seen[], options: CorrelatorOptions<number> = {}) {
  const correlator = createCorrelator<number>(set, options);
  const found = seen.flatMap((one, place) => correlator.observe(observationOf(one, place)));
  found.push(...correlator.finish());
  return { found, correlator };
}

export function observationOf({ rule, time, fields, event }: Seen, place: number): Observation<number> {
  return { rule, time, ref: event ?? place, field: (name) => fields?.[name] ?? [] };
}

export const at = (rule: string, time: number, fields?: Record<string, readonly string[]>): Seen =>
  fields ? { rule, time, fields } : { rule, time };

export const bounds = (is: Bound["is"], number: number, field: string[] = []) =>
  ({ kind: "bounds", bounds: [{ is, number }], field }) as const;

/** Observations of three rules in the order of time. */
export const events = fc
  .array(
    fc.record({
      rule: fc.constantFrom("a", "b", "c"),
      gap: fc.integer({ min: 0, max: 6 }),
      user: fc.constantFrom("u", "v"),
      amount: fc.integer({ min: -3, max: 9 }),
    }),
    { maxLength: 40 },
  )
  .map((list) => {
    let time = 0;
    return list.map(({ rule, gap, user, amount }) =>
      at(rule, (time += gap), { user: [user], amount: [String(amount)] }),
    );
  });
