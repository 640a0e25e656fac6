import { unknownKind, type EventKind, type Json, type JsonObject } from "#sigma";
import type { Recognise } from "../../contract.ts";
import type { CaseTree } from "../case-tree.ts";
import { readPath } from "../read-path.ts";
import type { RecognisableShape, ShapeTest } from "../shape-test.ts";
import { isWrapped, wrapped } from "../wrapped-kind.ts";

/** What recognition means, said in the plainest way: shapes are asked one by one, and nothing is remembered. */
export function oneByOne(shapes: readonly RecognisableShape[]): Recognise {
  return (body, format) => {
    const kindOf = (record: JsonObject): EventKind => {
      const shape = shapes.find(
        ({ formats, tests }) => (!formats || formats.has(format)) && tests.every((test) => holds(test, record)),
      );
      return shape ? kindIn(shape.tree, record) : unknownKind;
    };
    return isWrapped(body) ? wrapped(kindOf(body._source)) : kindOf(body);
  };
}

function holds(test: ShapeTest, body: JsonObject): boolean {
  const value = readPath(body, test.path);
  if (test.op === "has") return value !== undefined;
  if (test.op === "lacks") return value === undefined;
  const text = typeof value === "number" || typeof value === "boolean" ? String(value) : value;
  if (typeof text !== "string") return false;
  const head = text.slice(0, 2048);
  switch (test.op) {
    case "is":
      return test.texts.get(text);
    case "starts":
      return test.texts.some((start) => head.toLowerCase().startsWith(start));
    case "contains":
      return test.texts.some((part) => head.toLowerCase().includes(part));
    case "matches":
      return test.regex.test(head);
  }
}

function kindIn(tree: CaseTree, body: JsonObject): EventKind {
  for (const { path, capture } of tree.by) {
    const value = readPath(body, path);
    if (value === undefined) continue;
    const told = capture ? (typeof value === "string" ? (capture.exec(value.slice(0, 2048))?.[1] ?? "") : "") : value;
    const next = Array.isArray(told)
      ? told
          .slice(0, 8)
          .map((one: Json) => caseOf(tree, one))
          .find(Boolean)
      : caseOf(tree, told);
    if (next) return kindIn(next, body);
  }
  return tree.kind;
}

function caseOf({ cases, numbers }: CaseTree, value: Json): CaseTree | undefined {
  if (typeof value === "object") return undefined;
  return typeof value === "number" ? numbers.get(value) : cases.get(String(value));
}
