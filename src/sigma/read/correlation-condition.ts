import type { Bound, CorrelationCondition, CorrelationType, RuleExpr } from "../rule.ts";
import { canHold } from "./can-hold.ts";
import { parseCondition } from "./condition/parse-condition.ts";
import { resolveCondition } from "./condition/resolve-condition.ts";
import { namesIn } from "./condition/names-in.ts";
import { listOf } from "./metadata.ts";
import type { DocumentContext } from "./read-document.ts";
import { reportAt } from "./read-plan.ts";
import { countOfRules } from "./rule-count.ts";
import { entryOf, type YamlMap, type YamlScalar } from "./yaml/node.ts";

const comparisons = ["eq", "neq", "gt", "gte", "lt", "lte"] as const;

export interface ReadCondition {
  readonly condition: CorrelationCondition;
  /** Rules that an extended condition names, for correlations that list none. */
  readonly named: readonly string[];
}

/** Reads a correlation's condition for its type; undefined after an error. */
export function readCorrelationCondition(
  map: YamlMap,
  mapAt: number,
  type: CorrelationType,
  rules: readonly string[],
  context: DocumentContext,
): ReadCondition | undefined {
  const { report } = context;
  const entry = entryOf(map, "condition");
  const isTemporal = type === "temporal" || type === "temporal_ordered";
  if (!entry) {
    if (isTemporal) return { condition: { kind: "rules", expr: allOf(rules) }, named: [] };
    report.error(
      mapAt,
      "correlation-condition-missing",
      `A correlation of type ${type} needs a condition.`,
      "Write for instance `condition: { gte: 10 }`.",
    );
    return undefined;
  }
  const { value } = entry;
  if (value.kind === "scalar" && value.value !== null) {
    if (isTemporal) return extended(value, type, rules, context);
    report.error(
      value.at,
      "correlation-condition-form",
      `Only temporal correlations take a condition over rules; ${type} counts.`,
      "Write for instance `condition: { gte: 10 }`.",
    );
    return undefined;
  }
  if (value.kind !== "map") {
    report.error(
      entry.keyAt,
      "correlation-condition-form",
      "The condition has to be a map.",
      "Write for instance `condition: { gte: 10 }`.",
    );
    return undefined;
  }
  const bounds = boundsOf(value, context);
  if (!bounds) return undefined;
  if (isTemporal) return counted(bounds, value.at, type, rules, context);
  const field = fieldOf(value, map, type, context);
  const percentile = percentileOf(value, type, context);
  if (!field) return undefined;
  return {
    condition: { kind: "bounds", bounds, field, ...(percentile === undefined ? {} : { percentile }) },
    named: [],
  };
}

const allOf = (rules: readonly string[]): RuleExpr => ({
  kind: "and",
  of: rules.map((rule) => ({ kind: "rule", rule })),
});

/** A boolean expression over rules. */
function extended(
  scalar: YamlScalar,
  type: CorrelationType,
  rules: readonly string[],
  context: DocumentContext,
): ReadCondition | undefined {
  const parsed = parseCondition(scalar.text);
  if (!parsed.ok) {
    reportAt(parsed.problem, scalar, context, "error");
    return undefined;
  }
  for (const warning of parsed.warnings) reportAt(warning, scalar, context, "warning");
  const named = namesIn(parsed.node);
  const resolved = resolveCondition<RuleExpr>(parsed.node, {
    names: rules.length > 0 ? rules : named,
    one: (rule) => ({ kind: "rule", rule }),
    and: (of) => (of.length === 1 ? of[0]! : { kind: "and", of }),
    or: (of) => (of.length === 1 ? of[0]! : { kind: "or", of }),
    not: (of) => ({ kind: "not", of }),
  });
  if (!resolved.ok) {
    reportAt(resolved.problem, scalar, context, "error");
    return undefined;
  }
  const { report } = context;
  const unused = rules.filter((rule) => !resolved.used.has(rule));
  if (unused.length > 0) {
    report.error(
      scalar.at,
      "correlation-rule-unused",
      `The condition doesn't name ${unused.map((rule) => `'${rule}'`).join(", ")}.`,
      "Name every rule of the list, or take it out of `rules`.",
    );
    return undefined;
  }
  const expr = resolved.value;
  if (type === "temporal_ordered" && !isOrder(expr)) {
    report.error(
      scalar.at,
      "correlation-condition-form",
      "In an ordered correlation every rule has its place, so its condition can only join them with `and` and `and not`.",
      "Use `temporal`, or leave the condition out.",
    );
    return undefined;
  }
  if (!canHold(expr, rules.length > 0 ? rules : named)) {
    report.error(
      scalar.at,
      "correlation-condition-never",
      "No events can meet this condition.",
      "Ask for at least one rule that is seen: `a and not b`. What never happens at all has no time and no group.",
    );
    return undefined;
  }
  return { condition: { kind: "rules", expr }, named };
}

function isPlainAnd(expr: RuleExpr): boolean {
  return expr.kind === "rule" || (expr.kind === "and" && expr.of.every(isPlainAnd));
}

/** All of the rules that are seen, and none of those that must not be. */
function isOrder(expr: RuleExpr): boolean {
  if (expr.kind === "not") return expr.of.kind === "or" ? expr.of.of.every(isRule) : isRule(expr.of);
  return isRule(expr) || (expr.kind === "and" && expr.of.every(isOrder));
}

const isRule = (expr: RuleExpr) => expr.kind === "rule";

/** A number of different rules that are seen. */
function counted(
  bounds: readonly Bound[],
  at: number,
  type: CorrelationType,
  rules: readonly string[],
  context: DocumentContext,
): ReadCondition | undefined {
  const expr = countOfRules(rules, bounds);
  if (expr.kind === "too-many" || expr.kind === "never") {
    const message =
      expr.kind === "never"
        ? `No number of the ${rules.length} rules meets this condition.`
        : "This many choices among the rules can't be written out.";
    context.report.error(
      at,
      "correlation-condition-count",
      message,
      "Name the combinations as a condition: `a and (b or c)`.",
    );
    return undefined;
  }
  if (type === "temporal_ordered" && !isPlainAnd(expr.expr)) {
    context.report.error(
      at,
      "correlation-condition-form",
      "In an ordered correlation every rule has its place, so all of them have to be seen.",
      `Write \`gte: ${rules.length}\`, or leave the condition out.`,
    );
    return undefined;
  }
  return { condition: { kind: "rules", expr: expr.expr }, named: [] };
}

function boundsOf(map: YamlMap, { report }: DocumentContext): readonly Bound[] | undefined {
  const bounds: Bound[] = [];
  for (const { key, keyAt, value } of map.entries) {
    const is = comparisons.find((one) => one === key);
    if (is) {
      const number = value.kind === "scalar" && value.text.trim() !== "" ? Number(value.text) : NaN;
      if (!Number.isFinite(number)) {
        report.error(
          value.at,
          "correlation-condition-number",
          `'${key}' needs a number.`,
          "Write for instance `gte: 10`.",
        );
        return undefined;
      }
      bounds.push({ is, number });
    } else if (key !== "field" && key !== "percentile") {
      report.error(
        keyAt,
        "correlation-condition-key",
        `'${key}' is no part of a condition.`,
        `Use ${comparisons.join(", ")}, field or percentile.`,
      );
      return undefined;
    }
  }
  if (bounds.length > 0) return bounds;
  report.error(
    map.at,
    "correlation-condition-missing",
    "The condition compares with nothing.",
    "Write for instance `gte: 10`; two of them form a range.",
  );
  return undefined;
}

function fieldOf(
  condition: YamlMap,
  correlation: YamlMap,
  type: CorrelationType,
  { report }: DocumentContext,
): readonly string[] | undefined {
  const inCondition = listOf(condition, "field", report);
  const field = inCondition.length > 0 ? inCondition : listOf(correlation, "field", report);
  if (type === "event_count") {
    if (field.length > 0)
      report.warning(
        condition.at,
        "correlation-field-unused",
        "Counting events needs no field.",
        "Use `value_count` to count different values.",
      );
    return [];
  }
  if (field.length === 0) {
    report.error(
      condition.at,
      "correlation-field-missing",
      `A correlation of type ${type} needs a field.`,
      "Add `field: FieldName` to the condition.",
    );
    return undefined;
  }
  if (field.length > 1 && type !== "value_count") {
    report.error(
      condition.at,
      "correlation-field-missing",
      `A correlation of type ${type} takes one field.`,
      "Name one field.",
    );
    return undefined;
  }
  return field;
}

function percentileOf(condition: YamlMap, type: CorrelationType, { report }: DocumentContext): number | undefined {
  const entry = entryOf(condition, "percentile");
  if (type !== "value_percentile") {
    if (entry)
      report.warning(
        entry.keyAt,
        "correlation-percentile-unused",
        `'percentile' does nothing in ${type}.`,
        "Use `value_percentile`.",
      );
    return undefined;
  }
  if (!entry) {
    report.warning(
      condition.at,
      "correlation-percentile-missing",
      "No percentile is named, so the 50th is taken.",
      "Add `percentile: 95` or another.",
    );
    return 50;
  }
  const number = entry.value.kind === "scalar" && entry.value.text !== "" ? Number(entry.value.text) : NaN;
  if (number >= 0 && number <= 100) return number;
  report.error(
    entry.value.at,
    "correlation-percentile",
    "A percentile lies between 0 and 100.",
    "Write for instance `percentile: 95`.",
  );
  return undefined;
}
