import type { EventKind, SigmaEvent } from "../event.ts";
import type { Expr, Origin } from "../plan.ts";
import type { DetectionRule } from "../rule.ts";
import { adaptRule } from "./adapt-rule.ts";
import { valuesOf } from "./evaluate.ts";
import { textOf } from "./field-values.ts";

/** A rule's field names as one kind calls them, found once per kind. */
const adaptedNames = new WeakMap<EventKind, Map<string, readonly string[]>>();

/**
 * The texts of what `rule` calls `field` in an event: pipelines of the event's kind rename it as they would rename it
 * inside the rule, so that a correlation groups by the same field that the rule tests. The first name with values wins.
 */
export function fieldTexts(rule: DetectionRule, field: string, event: SigmaEvent): string[] {
  for (const name of namesIn(rule, field, event.kind)) {
    const values = valuesOf(name, event);
    if (values.length > 0) return values.map(textOf);
  }
  return [];
}

function namesIn(rule: DetectionRule, field: string, kind: EventKind): readonly string[] {
  if (kind.pipelines.length === 0) return [field];
  let known = adaptedNames.get(kind);
  if (!known) adaptedNames.set(kind, (known = new Map()));
  const key = `${rule.id}\0${field}`;
  let names = known.get(key);
  if (!names) known.set(key, (names = adaptedName(rule, field, kind)));
  return names;
}

/** Lets the pipelines rewrite a rule that does nothing but name the field, and reads off what it became. */
function adaptedName(rule: DetectionRule, field: string, kind: EventKind): readonly string[] {
  const origin: Origin = { selection: "", key: field, value: "", line: 1, column: 1 };
  const adapted = adaptRule({ ...rule, plan: { kind: "field", field, test: { op: "exists" }, origin } }, kind);
  if ("refused" in adapted) return [field];
  const names = fieldsOf(adapted.plan);
  return names.length === 0 ? [field] : names;
}

function fieldsOf(expr: Expr): string[] {
  switch (expr.kind) {
    case "field":
      return [expr.field];
    case "and":
    case "or":
      return expr.of.flatMap(fieldsOf);
    case "not":
      return fieldsOf(expr.of);
    default:
      return [];
  }
}
