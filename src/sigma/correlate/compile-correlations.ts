import type { CorrelationRule } from "../rule.ts";
import type { RuleSet } from "../rule-set.ts";
import { compileCondition, type WindowCondition } from "./condition.ts";

export interface CompiledCorrelation {
  readonly rule: CorrelationRule;
  readonly ruleIds: readonly string[];
  /** The group-by fields as the rule `id` calls them. */
  groupFields(id: string): readonly string[];
  /** Fields whose values the condition counts or computes with. */
  readonly valueFields: readonly string[];
  readonly condition: WindowCondition;
  /**
   * Fields of its events that correlations built on this one ask for, beyond what it groups by: "even if the rule groups
   * by ComputerName, the correlation built on it only uses its own group-by".
   */
  readonly carries: readonly string[];
  /** Equal for correlations that mean the same, so that state of one fits the other. */
  readonly meaning: string;
}

export interface CompiledCorrelations {
  readonly all: readonly CompiledCorrelation[];
  /** Rule id → the correlations that are built on it. */
  readonly builtOn: ReadonlyMap<string, readonly CompiledCorrelation[]>;
  /** Rule id → the fields that correlations read of its observations. */
  readonly wants: ReadonlyMap<string, readonly string[]>;
}

export function compileCorrelations({ detections, correlations }: RuleSet): CompiledCorrelations {
  const idOf = new Map<string, string>();
  for (const { name, id } of [...detections, ...correlations]) if (name !== undefined) idOf.set(name, id);
  for (const { id } of [...detections, ...correlations]) idOf.set(id, id);
  const resolve = (name: string) => idOf.get(name) ?? name;

  const plain = correlations.map((rule) => compileOne(rule, resolve));
  const users = new Map<string, typeof plain>();
  for (const one of plain) for (const id of new Set(one.ruleIds)) users.set(id, [...(users.get(id) ?? []), one]);

  const carried = new Map<string, readonly string[]>();
  /** What `one` reads of an observation of the rule `id`. */
  const asked = (one: (typeof plain)[number], id: string): readonly string[] => [
    ...one.groupFields(id),
    ...one.valueFields,
    ...carriesOf(one),
  ];
  function carriesOf({ rule }: (typeof plain)[number]): readonly string[] {
    const known = carried.get(rule.id);
    if (known) return known;
    // Rules don't lead back to themselves (the reader sees to it); if they did, this would end all the same.
    carried.set(rule.id, []);
    const fields = new Set((users.get(rule.id) ?? []).flatMap((user) => asked(user, rule.id)));
    for (const name of rule.groupBy) fields.delete(name);
    carried.set(rule.id, [...fields]);
    return [...fields];
  }

  const compiled = new Map(
    plain.map((one): [typeof one, CompiledCorrelation] => {
      const carries = carriesOf(one);
      return [one, { ...one, carries, meaning: `${one.meaning}${JSON.stringify(carries)}` }];
    }),
  );
  return {
    all: [...compiled.values()],
    builtOn: new Map([...users].map(([id, by]) => [id, by.map((one) => compiled.get(one)!)])),
    wants: new Map([...users].map(([id, by]) => [id, [...new Set(by.flatMap((one) => asked(one, id)))]])),
  };
}

function compileOne(rule: CorrelationRule, resolve: (name: string) => string) {
  const ruleIds = rule.rules.map(resolve);
  const aliases = new Map<string, Map<string, string>>();
  for (const [alias, byRule] of Object.entries(rule.aliases)) {
    aliases.set(alias, new Map(Object.entries(byRule).map(([name, field]) => [resolve(name), field])));
  }
  const fieldsById = new Map(ruleIds.map((id) => [id, rule.groupBy.map((name) => aliases.get(name)?.get(id) ?? name)]));
  const { type, groupBy, timespan, condition } = rule;
  return {
    rule,
    ruleIds,
    groupFields: (id: string): readonly string[] => fieldsById.get(id) ?? groupBy,
    valueFields: condition.kind === "bounds" ? condition.field : [],
    condition: compileCondition(rule, ruleIds, resolve),
    meaning: JSON.stringify([type, ruleIds, groupBy, [...fieldsById], timespan, condition]),
  };
}
