import type { Json, JsonObject } from "#sigma";
import type { CaseTree } from "./case-tree.ts";
import { lookingDepth } from "./case-tree.ts";
import type { Path } from "./ingest-kind.ts";
import { readPath } from "./read-path.ts";
import type { TextMemo } from "./text-memo.ts";

/** A shape ready to be asked: all of its tests must hold. */
export interface RecognisableShape {
  readonly formats: ReadonlySet<string> | undefined;
  readonly tests: readonly ShapeTest[];
  readonly tree: CaseTree;
}

export type ShapeTest =
  | { readonly op: "has"; readonly path: Path }
  | { readonly op: "lacks"; readonly path: Path }
  | { readonly op: "is"; readonly path: Path; readonly texts: TextMemo<boolean> }
  /** Texts are lower case. */
  | { readonly op: "starts"; readonly path: Path; readonly texts: readonly string[] }
  | { readonly op: "contains"; readonly path: Path; readonly texts: readonly string[] }
  /** `certain`: texts without which the expression can't match. */
  | { readonly op: "matches"; readonly path: Path; readonly regex: RegExp; readonly certain: readonly string[] };

/** The first shape all of whose tests hold. Never throws, whatever the body. */
export function firstThatFits(shapes: readonly RecognisableShape[], body: JsonObject): RecognisableShape | undefined {
  // Shapes of text ask for the same value one after another.
  let path: Path | undefined;
  let value: Json | undefined;
  next: for (const shape of shapes) {
    for (const test of shape.tests) {
      if (test.path !== path) {
        path = test.path;
        value = readPath(body, path);
      }
      if (!holds(test, value)) continue next;
    }
    return shape;
  }
  return undefined;
}

function holds(test: ShapeTest, value: Json | undefined): boolean {
  if (test.op === "has") return value !== undefined;
  if (test.op === "lacks") return value === undefined;
  const text = textOf(value);
  if (text === undefined) return false;
  switch (test.op) {
    case "is":
      return test.texts.get(text);
    // Long lines are only looked at where a prefix could lie.
    case "starts":
      return test.texts.some((start) => text.slice(0, start.length).toLowerCase() === start);
    case "contains": {
      const folded = text.slice(0, lookingDepth).toLowerCase();
      return test.texts.some((part) => folded.includes(part));
    }
    case "matches": {
      const head = text.length > lookingDepth ? text.slice(0, lookingDepth) : text;
      for (const part of test.certain) if (!head.includes(part)) return false;
      return test.regex.test(head);
    }
  }
}

function textOf(value: Json | undefined): string | undefined {
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : undefined;
}
