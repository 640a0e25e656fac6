import type { EventKind, Json, JsonObject } from "#sigma";
import { unknownKind } from "#sigma";
import type { FormatName, Recognise } from "../contract.ts";
import type { CaseTree } from "./case-tree.ts";
import { kindIn, lookingDepth } from "./case-tree.ts";
import { isWrapped, wrapped } from "./wrapped-kind.ts";
import type { Path } from "./ingest-kind.ts";
import { readPath } from "./read-path.ts";

/** A shape ready to be asked: all of its tests must hold. */
export interface RecognisableShape {
  readonly formats: ReadonlySet<string> | undefined;
  /** The test to make first: it turns most other records away. */
  readonly tests: readonly ShapeTest[];
  readonly tree: CaseTree;
}

export type ShapeTest =
  | { readonly op: "has"; readonly path: Path }
  | { readonly op: "lacks"; readonly path: Path }
  | { readonly op: "is"; readonly path: Path; readonly texts: readonly string[] }
  | { readonly op: "starts"; readonly path: Path; readonly texts: readonly string[] }
  | { readonly op: "contains"; readonly path: Path; readonly texts: readonly string[] }
  | { readonly op: "matches"; readonly path: Path; readonly regex: RegExp };

/** Tries the shapes in order; the first that fits says what the record is. Never throws, whatever the body. */
export function recogniser(shapes: readonly RecognisableShape[]): Recognise {
  const byFormat = new Map<FormatName, readonly Candidate[]>();
  return (body, format) => (isWrapped(body) ? wrapped(recognise(body["_source"], format)) : recognise(body, format));

  function recognise(body: JsonObject, format: FormatName): EventKind {
    let candidates = byFormat.get(format);
    if (!candidates) {
      candidates = shapes.filter(({ formats }) => !formats || formats.has(format)).map(candidateOf);
      byFormat.set(format, candidates);
    }
    for (const { key, tests, tree } of candidates) {
      if (key !== undefined && body[key] === undefined) continue;
      if (fits(tests, body)) return kindIn(tree, body);
    }
    return unknownKind;
  }
}

interface Candidate extends RecognisableShape {
  /** A key without which the shape can't fit: asked first, because it turns most records away. */
  readonly key: string | undefined;
}

function candidateOf(shape: RecognisableShape): Candidate {
  const [first] = shape.tests;
  return { ...shape, key: first && first.op !== "lacks" ? first.path[0] : undefined };
}

function fits(tests: readonly ShapeTest[], body: JsonObject): boolean {
  for (const test of tests) if (!holds(test, body)) return false;
  return true;
}

function holds(test: ShapeTest, body: JsonObject): boolean {
  const value = readPath(body, test.path);
  if (test.op === "has") return value !== undefined;
  if (test.op === "lacks") return value === undefined;
  const text = textOf(value);
  if (text === undefined) return false;
  if (test.op === "matches") return test.regex.test(text.slice(0, lookingDepth));
  if (test.op === "is") return test.texts.includes(text) || test.texts.includes(text.toLowerCase());
  // Long lines are only looked at where a prefix could lie.
  if (test.op === "starts") return test.texts.some((start) => text.slice(0, start.length).toLowerCase() === start);
  const folded = text.slice(0, lookingDepth).toLowerCase();
  return test.texts.some((part) => folded.includes(part));
}

function textOf(value: Json | undefined): string | undefined {
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : undefined;
}
