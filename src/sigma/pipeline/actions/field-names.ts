import { anywhere } from "../../read/text-pattern.ts";
import type { Expr } from "../../plan.ts";
import { leavesOf, mapItems, mapLeaves, type DetectionItem, type Leaf } from "../detection-item.ts";
import type { Params } from "../params.ts";
import { changedBy, regrouped, type Action, type Step, type Work } from "../step.ts";

/** What a field is to be called; undefined leaves it as it is. A keyword's name is undefined. */
type Rename = (field: string | undefined) => readonly string[] | undefined;

/**
 * Field mappings. A name mapped to several is looked for in each of them: the item holds when it holds for one (pySigma),
 * except that `null`, a field without a value, asks that NONE of them has one, or a filter would exclude everything that
 * lacks any one of the names.
 */
export function readFieldAction(params: Params, type: string): Action | undefined {
  const rename = readRename(params, type);
  return rename && ((work, step) => renameFields(work, step, rename));
}

function readRename(params: Params, type: string): Rename | undefined {
  if (type === "field_name_prefix" || type === "field_name_suffix") {
    const key = type === "field_name_prefix" ? "prefix" : "suffix";
    const text = params.needText(key);
    if (text === undefined) return undefined;
    return (field) => (field === undefined ? undefined : [key === "prefix" ? text + field : field + text]);
  }
  const mapping = params.needTextsByText("mapping");
  if (!mapping) return undefined;
  // YAML's null key stands for keywords, as Python's None does in pySigma; it reads as the empty name.
  if (type === "field_name_mapping") return (field) => mapping.get(field ?? "");
  return (field) => {
    if (field === undefined) return undefined;
    for (const [prefix, targets] of mapping) {
      if (field.startsWith(prefix)) return targets.map((target) => target + field.slice(prefix.length));
    }
    return undefined;
  };
}

function renameFields(work: Work, step: Step, rename: Rename): undefined {
  const renameHere: Rename = (field) => (step.holdsForField(work, field) ? rename(field) : undefined);
  renameFieldList(work, step, renameHere);
  const node = mapItems(work.node, (item) =>
    step.holdsForItem(work, item) ? renameItem(work, step, item, renameHere) : item,
  );
  work.node = node ?? { kind: "constant", value: false };
}

function renameFieldList(work: Work, step: Step, rename: Rename): void {
  const { fields } = work.rule;
  if (!fields.some((field) => rename(field))) return;
  const renamed = fields.flatMap((field) => {
    const targets = rename(field);
    if (targets) track(work, step, field, targets);
    return targets ?? [field];
  });
  work.rule = { ...work.rule, fields: renamed };
}

function renameItem(work: Work, step: Step, item: DetectionItem, rename: Rename) {
  const targets = rename(item.field);
  const expr = renameReferences(item.expr, rename);
  if (!targets) return expr === item.expr ? item : changedBy(step, { ...item, expr });
  if (item.field !== undefined) track(work, step, item.field, targets);
  if (targets.length === 0) return undefined;
  const copies = targets.map((field) => changedBy(step, { ...item, field, expr: mapLeaves(expr, moved(field)) }));
  if (copies.length === 1) return copies[0]!;
  if (!leavesOf(expr).some(({ test }) => test.op === "absent")) return { kind: "or" as const, of: copies };
  const expanded = mapLeaves(expr, (leaf) => ({
    kind: leaf.test.op === "absent" ? "and" : "or",
    of: targets.map((field) => moved(field)(leaf)),
  }));
  return regrouped(step, item, expanded);
}

function moved(field: string): (leaf: Leaf) => Expr {
  return (leaf) => {
    if (leaf.kind === "field") return { ...leaf, field };
    // A keyword is looked for inside values; in a field it needs its wildcards written out.
    const test = leaf.test.op === "like" ? { ...leaf.test, pattern: anywhere(leaf.test.pattern) } : leaf.test;
    return { kind: "field", field, test, origin: leaf.origin };
  };
}

function renameReferences(expr: Expr, rename: Rename): Expr {
  return mapLeaves(expr, (leaf) => {
    if (leaf.kind !== "field" || leaf.test.op !== "fieldref") return leaf;
    const { test } = leaf;
    const targets = rename(test.field);
    if (!targets) return leaf;
    const copies = targets.map((field): Expr => ({ ...leaf, test: { ...test, field } }));
    return copies.length === 1 ? copies[0]! : { kind: "or", of: copies };
  });
}

function track(work: Work, step: Step, field: string, targets: readonly string[]): void {
  work.mapped.add(field);
  for (const target of targets) {
    work.mapped.add(target);
    if (step.id === undefined) continue;
    const makers = work.fieldsMadeBy.get(target) ?? new Set();
    work.fieldsMadeBy.set(target, makers.add(step.id));
  }
}
