import type { Expr } from "../plan.ts";
import { parseCondition, type ConditionProblem } from "./condition/parse-condition.ts";
import { resolveCondition } from "./condition/resolve-condition.ts";
import { readSelections } from "./detection.ts";
import { and, not, or, weightOf } from "./expr.ts";
import { mostTests } from "./item.ts";
import type { DocumentContext } from "./read-document.ts";
import { entryOf, textStart, type YamlEntry, type YamlMap, type YamlScalar } from "./yaml/node.ts";

/** Tests and joins in one rule's plan; a condition that names a long list often would multiply without bound. */
export const mostPlanNodes = 2 * mostTests;

export const mostSelections = 1000;

/** Characters of one rule's conditions together. */
export const mostConditionText = 64 * 1024;

export interface ReadPlan {
  readonly plan: Expr;
  /** As written; several are alternatives. */
  readonly conditions: readonly string[];
  readonly hasNot: boolean;
}

/** Reads the selections and conditions of `detection` or `filter`; undefined after an error. */
export function readPlan(
  section: YamlEntry & { value: YamlMap },
  context: DocumentContext,
  notSelections?: ReadonlySet<string>,
): ReadPlan | undefined {
  const { report, placeholders } = context;
  const selections = readSelections(section.value, report, placeholders, notSelections);
  const conditions = conditionsOf(section, context);
  if (!conditions) return undefined;
  if (selections.length === 0) {
    report.error(
      section.keyAt,
      "no-selection",
      `'${section.key}' has a condition but nothing that it could name.`,
      "Add a selection beside the condition.",
    );
    return undefined;
  }
  if (selections.length > mostSelections) {
    report.error(
      section.keyAt,
      "too-many-selections",
      `'${section.key}' has more than ${mostSelections} selections.`,
      "Put alternatives into a list of maps.",
    );
    return undefined;
  }
  const names = selections.map((one) => one.name);
  const byName = new Map(selections.map((one) => [one.name, one.expr ?? or([])]));
  const weights = new Map(selections.map((one) => [one.name, one.expr ? weightOf(one.expr) : 0]));
  const used = new Set<string>();
  const plans: Expr[] = [];
  let weight = 0;
  let hasNot = false;
  for (const condition of conditions) {
    const parsed = parseCondition(condition.text);
    if (!parsed.ok) {
      reportAt(parsed.problem, condition, context, "error");
      return undefined;
    }
    for (const warning of parsed.warnings) reportAt(warning, condition, context, "warning");
    const resolved = resolveCondition<Expr>(parsed.node, {
      names,
      one: (name) => {
        weight += weights.get(name) ?? 0;
        return byName.get(name)!;
      },
      and,
      or,
      not: (of) => {
        hasNot = true;
        return not(of);
      },
    });
    if (!resolved.ok) {
      reportAt(resolved.problem, condition, context, "error");
      return undefined;
    }
    for (const name of resolved.used) used.add(name);
    plans.push(resolved.value);
  }
  for (const selection of selections) {
    if (used.has(selection.name)) continue;
    report.warning(
      selection.at,
      "unused-selection",
      `No condition names the selection '${selection.name}'.`,
      "Use it in the condition, or remove it.",
    );
  }
  if (weight > mostPlanNodes) {
    report.error(
      section.keyAt,
      "plan-too-large",
      `Written out the rule has more than ${mostPlanNodes} tests.`,
      "Name long lists once in the condition.",
    );
    return undefined;
  }
  if (report.firstError) return undefined;
  return { plan: or(plans), conditions: conditions.map((one) => one.text), hasNot };
}

function conditionsOf(
  section: YamlEntry & { value: YamlMap },
  { report }: DocumentContext,
): readonly YamlScalar[] | undefined {
  const entry = entryOf(section.value, "condition");
  if (!entry) {
    report.error(
      section.keyAt,
      "condition-missing",
      `'${section.key}' has no condition.`,
      "Say how the selections go together: `condition: selection`.",
    );
    return undefined;
  }
  const nodes = entry.value.kind === "list" ? entry.value.items : [entry.value];
  const length = nodes.reduce((sum, node) => sum + (node.kind === "scalar" ? node.text.length : 0), 0);
  if (length > mostConditionText) {
    report.error(
      entry.keyAt,
      "condition-too-long",
      `The conditions have ${length} characters.`,
      "Use `1 of name*` instead of naming each selection.",
    );
    return undefined;
  }
  const scalars = nodes.filter((node): node is YamlScalar => node.kind === "scalar" && node.value !== null);
  if (scalars.length === nodes.length && scalars.length > 0) return scalars;
  report.error(
    entry.keyAt,
    "condition-missing",
    "The condition has to be text, or a list of texts.",
    "Say how the selections go together: `condition: selection`.",
  );
  return undefined;
}

/** Puts a problem's offset inside of a condition to its place in the file, as far as YAML kept the letters together. */
export function reportAt(
  problem: ConditionProblem,
  scalar: YamlScalar,
  { report, text }: DocumentContext,
  severity: "error" | "warning",
): void {
  const start = textStart(scalar, text);
  const at = start === undefined ? scalar.at : start + problem.at;
  report[severity](at, problem.code, problem.message, problem.advice);
}
