import type { Json, JsonObject } from "../event.ts";

/** What a test can be asked of: everything but `null`, which counts as no value. */
export type Value = Exclude<Json, null>;

/**
 * The values of a field: those of the first path that yields any (event.ts). Arrays are walked through on the way, and
 * an array at the end gives its elements. Takes no stack for deep bodies, and time linear in what the paths reach.
 */
export function fieldValues(body: JsonObject, paths: readonly (readonly string[])[]): Value[] {
  for (const path of paths) {
    const values = follow(body, path);
    if (values.length > 0) return values;
  }
  return [];
}

/** The same, cheaply where it is cheap: the one scalar that lies at the first path; undefined when that is not so. */
export function firstScalar(body: JsonObject, [path]: readonly (readonly string[])[]): Value | undefined {
  let at: Json | undefined = body;
  for (const step of path ?? []) {
    if (typeof at !== "object" || at === null || Array.isArray(at) || !Object.hasOwn(at, step)) return undefined;
    at = (at as JsonObject)[step];
  }
  return at === null || typeof at === "object" ? undefined : at;
}

function follow(body: JsonObject, path: readonly string[]): Value[] {
  let reached: Value[] = [body];
  for (const step of path) {
    const next: Value[] = [];
    for (const object of objectsIn(reached)) {
      if (step === "*") for (const value of Object.values(object)) keep(value, next);
      else if (Object.hasOwn(object, step)) keep(object[step]!, next);
    }
    if (next.length === 0) return next;
    reached = next;
  }
  const values: Value[] = [];
  for (const value of reached) {
    if (isArray(value)) for (const element of value) keep(element, values);
    else values.push(value);
  }
  return values;
}

function keep(value: Json, into: Value[]): void {
  if (value !== null) into.push(value);
}

/** The objects among the values, those inside arrays (of arrays) included. */
function objectsIn(values: readonly Value[]): JsonObject[] {
  const objects: JsonObject[] = [];
  const waiting: Json[] = values.toReversed();
  for (let value = waiting.pop(); value !== undefined; value = waiting.pop()) {
    if (isArray(value)) for (let i = value.length - 1; i >= 0; i--) waiting.push(value[i]!);
    else if (typeof value === "object" && value !== null) objects.push(value as JsonObject);
  }
  return objects;
}

/** Every string, number and boolean in the event, wherever it lies: what keywords are asked of. */
export function leafValues(body: JsonObject): Value[] {
  const leaves: Value[] = [];
  const waiting: Json[] = [body];
  for (let value = waiting.pop(); value !== undefined; value = waiting.pop()) {
    if (value === null) continue;
    if (typeof value !== "object") leaves.push(value);
    else if (isArray(value)) for (const element of value) waiting.push(element);
    else for (const key in value as JsonObject) waiting.push((value as JsonObject)[key]!);
  }
  return leaves;
}

/** A value's text, as every test of text sees it (plan.ts). */
export function textOf(value: Value): string {
  if (typeof value === "string") return value;
  return typeof value === "object" ? jsonText(value) : String(value);
}

function jsonText(value: Value): string {
  try {
    return JSON.stringify(value);
  } catch {
    // JSON.parse reads any depth, JSON.stringify recurses and runs out of stack on a body made to be deep.
    return deepJsonText(value);
  }
}

/** JSON.stringify of parsed JSON, with its own stack. */
export function deepJsonText(root: Json): string {
  const parts: string[] = [];
  const waiting: (Json | Verbatim)[] = [root];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (next instanceof Verbatim) parts.push(next.text);
    else if (next === null || typeof next !== "object") parts.push(JSON.stringify(next));
    else {
      const array = isArray(next);
      const members: (Json | Verbatim)[] = [new Verbatim(array ? "[" : "{")];
      for (const [key, member] of Object.entries(next)) {
        if (members.length > 1) members.push(new Verbatim(","));
        if (!array) members.push(new Verbatim(JSON.stringify(key) + ":"));
        members.push(member as Json);
      }
      members.push(new Verbatim(array ? "]" : "}"));
      while (members.length > 0) waiting.push(members.pop()!);
    }
  }
  return parts.join("");
}

class Verbatim {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

function isArray(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
