import type { ConditionNode } from "./parse-condition.ts";

/** Every name that a condition spells out, once, in order. */
export function namesIn(node: ConditionNode): readonly string[] {
  const names = new Set<string>();
  const visit = (one: ConditionNode): void => {
    if (one.kind === "name") names.add(one.name);
    else if (one.kind === "not") visit(one.of);
    else if (one.kind === "and" || one.kind === "or") one.of.forEach(visit);
  };
  visit(node);
  return [...names];
}
