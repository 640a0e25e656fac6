import type { Expr, FieldTest, KeywordTest } from "../plan.ts";

/**
 * A plan as a pipeline sees it: the same tree, with the tests of one detection item (a field with its values) held
 * together, because pySigma's conditions and transformations speak of items. The plan says which tests belong together
 * by their origin: same search identifier, key and field, joined by the same `and` or `or`.
 */
export type PlanNode = DetectionItem | Join | Negation | Extract<Expr, { kind: "constant" }>;

export interface Join {
  readonly kind: "and" | "or";
  readonly of: readonly PlanNode[];
}
export interface Negation {
  readonly kind: "not";
  readonly of: PlanNode;
}
export interface DetectionItem {
  readonly kind: "item";
  /** Undefined for keywords. */
  readonly field: string | undefined;
  readonly expr: Expr;
  /** Ids of the processing items that changed it. */
  readonly applied: ReadonlySet<string>;
}

export type Leaf = FieldTest | KeywordTest;

const untouched: ReadonlySet<string> = new Set();

export function nodeOf(expr: Expr): PlanNode {
  switch (expr.kind) {
    case "constant":
      return expr;
    case "not":
      return { kind: "not", of: nodeOf(expr.of) };
    case "field":
      return { kind: "item", field: expr.field, expr, applied: untouched };
    case "keyword":
      return { kind: "item", field: undefined, expr, applied: untouched };
    default:
      return joinOf(expr.kind, expr.of.map(nodeOf));
  }
}

function joinOf(kind: "and" | "or", parts: readonly PlanNode[]): PlanNode {
  const groups: { readonly name: string | undefined; readonly parts: PlanNode[] }[] = [];
  for (const part of parts) {
    const name = part.kind === "item" ? nameOf(part) : undefined;
    const last = groups.at(-1);
    if (last && name !== undefined && last.name === name) last.parts.push(part);
    else groups.push({ name, parts: [part] });
  }
  const of = groups.map(({ parts: members }) => together(kind, members));
  return of.length === 1 ? of[0]! : { kind, of };
}

function together(kind: "and" | "or", members: readonly PlanNode[]): PlanNode {
  const [first] = members;
  if (members.length === 1 || first?.kind !== "item") return first!;
  return { ...first, expr: { kind, of: members.map(exprOf) } };
}

function nameOf(item: DetectionItem): string | undefined {
  const origin = firstLeaf(item.expr)?.origin;
  return origin && JSON.stringify([origin.selection, origin.key, item.field]);
}

function firstLeaf(expr: Expr): Leaf | undefined {
  if (expr.kind === "field" || expr.kind === "keyword") return expr;
  if (expr.kind === "constant") return undefined;
  return firstLeaf(expr.kind === "not" ? expr.of : (expr.of[0] ?? { kind: "constant", value: true }));
}

export function exprOf(node: PlanNode): Expr {
  switch (node.kind) {
    case "item":
      return node.expr;
    case "constant":
      return node;
    case "not":
      return { kind: "not", of: exprOf(node.of) };
    default:
      return { kind: node.kind, of: node.of.map(exprOf) };
  }
}

/** The same node with items replaced; what becomes undefined is left out, and so is a join that nothing is left of. */
export function mapItems(node: PlanNode, change: (item: DetectionItem) => PlanNode | undefined): PlanNode | undefined {
  if (node.kind === "item") return change(node);
  if (node.kind === "constant") return node;
  if (node.kind === "not") {
    const of = mapItems(node.of, change);
    return of === node.of ? node : of && { kind: "not", of };
  }
  let same = true;
  const of: PlanNode[] = [];
  for (const part of node.of) {
    const next = mapItems(part, change);
    if (next !== part) same = false;
    if (next) of.push(next);
  }
  if (same) return node;
  if (of.length === 0) return undefined;
  return of.length === 1 ? of[0] : { kind: node.kind, of };
}

export function itemsIn(node: PlanNode): readonly DetectionItem[] {
  if (node.kind === "item") return [node];
  if (node.kind === "constant") return [];
  return node.kind === "not" ? itemsIn(node.of) : node.of.flatMap(itemsIn);
}

export function leavesOf(expr: Expr): readonly Leaf[] {
  if (expr.kind === "field" || expr.kind === "keyword") return [expr];
  if (expr.kind === "constant") return [];
  return expr.kind === "not" ? leavesOf(expr.of) : expr.of.flatMap(leavesOf);
}

/** The same expression with its tests replaced. */
export function mapLeaves(expr: Expr, change: (leaf: Leaf) => Expr): Expr {
  if (expr.kind === "field" || expr.kind === "keyword") return change(expr);
  if (expr.kind === "constant") return expr;
  if (expr.kind === "not") {
    const of = mapLeaves(expr.of, change);
    return of === expr.of ? expr : { kind: "not", of };
  }
  const of = expr.of.map((part) => mapLeaves(part, change));
  return of.every((part, index) => part === expr.of[index]) ? expr : { kind: expr.kind, of };
}
