import type { Params } from "../params.ts";
import { readExpression } from "./expression.ts";

/** A condition of any of the three sorts, asked of whatever it is about. */
export type Condition<T> = (subject: T) => boolean;

/** Reads one condition's own keys; undefined after an error. */
export type ReadCondition<T> = (params: Params, type: string) => Condition<T> | undefined;

/**
 * The conditions of one sort (`rule`, `detection_item`, `field_name`) of a processing item, joined as it says: `_op` and/or
 * (and when left out), `_expr` over named conditions, `_not` on top. Without conditions it always holds, `_not` or not.
 */
export function readConditions<T>(item: Params, sort: string, read: ReadCondition<T>): Condition<T> {
  const key = `${sort}_conditions`;
  const entry = item.entry(key);
  const op = item.choice(`${sort}_cond_op`, ["and", "or"]);
  const expression = item.text(`${sort}_cond_expr`);
  const negated = item.flag(`${sort}_cond_not`);
  if (!entry) return always;
  const named = readAll(item, key, read);
  if (named.size === 0) return always;
  const joined = expression === undefined ? join(op, [...named.values()]) : express(item, sort, expression, named);
  return negated ? (subject) => !joined(subject) : joined;
}

const always = () => true;

function readAll<T>(item: Params, key: string, read: ReadCondition<T>): Map<string, Condition<T>> {
  const node = item.entry(key)!.value;
  const named = new Map<string, Condition<T>>();
  if (node.kind === "scalar") {
    item.fail(key, "pipeline-wrong-value", `'${key}' must be a list or a map.`, "Write a list of conditions.");
    return named;
  }
  const entries =
    node.kind === "map"
      ? node.entries.map((one) => [one.key, one.value] as const)
      : node.items.map((one, index) => [String(index + 1), one] as const);
  for (const [name, condition] of entries) {
    const params = item.below(condition, `condition '${name}'`);
    const type = params?.needText("type");
    if (!params || type === undefined) continue;
    named.set(name, read(params, type) ?? always);
    params.finish();
  }
  return named;
}

function join<T>(op: "and" | "or", all: readonly Condition<T>[]): Condition<T> {
  return op === "and" ? (subject) => all.every((one) => one(subject)) : (subject) => all.some((one) => one(subject));
}

function express<T>(item: Params, sort: string, text: string, named: ReadonlyMap<string, Condition<T>>): Condition<T> {
  const key = `${sort}_cond_expr`;
  if (item.entry(`${sort}_cond_op`)) {
    item.fail(key, "pipeline-two-joins", `'${key}' and '${sort}_cond_op' exclude each other.`, "Keep one of them.");
  }
  const read = readExpression(text, named);
  if ("reason" in read) {
    item.fail(
      key,
      "pipeline-bad-expression",
      `'${text}' can't be read: ${read.reason}.`,
      "Join the conditions' names with and, or, not and brackets.",
    );
    return always;
  }
  const unused = [...named.keys()].filter((name) => !read.names.has(name));
  if (unused.length > 0) {
    item.fail(
      key,
      "pipeline-unused-condition",
      `'${text}' leaves out ${unused.join(", ")}.`,
      "Use every condition, or remove it.",
    );
  }
  return read.condition;
}
