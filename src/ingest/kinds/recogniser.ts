import type { EventKind, JsonObject } from "#sigma";
import { unknownKind } from "#sigma";
import type { FormatName, Recognise } from "../contract.ts";
import { kindIn } from "./case-tree.ts";
import { KeyPaths } from "./key-paths.ts";
import { firstThatFits, type RecognisableShape } from "./shape-test.ts";
import { isWrapped, wrapped } from "./wrapped-kind.ts";

/**
 * The first shape, in their order, that fits says what the record is. Never throws, whatever the body. Which shapes come
 * into question follows from the record's keys alone and is remembered, within bounds.
 */
export function recogniser(shapes: readonly RecognisableShape[]): Recognise {
  const byFormat = new Map<FormatName, (body: JsonObject) => EventKind>();
  return (body, format) => {
    let kindOf = byFormat.get(format);
    if (!kindOf) {
      kindOf = recogniserOf(shapes.filter(({ formats }) => !formats || formats.has(format)));
      byFormat.set(format, kindOf);
    }
    return kindOf(body);
  };
}

function recogniserOf(shapes: readonly RecognisableShape[]): (body: JsonObject) => EventKind {
  const paths = new KeyPaths((keys) => ({
    candidates: candidatesOf(shapes, keys),
    mayBeWrapped: keys.has("_source"),
  }));
  const early = earlyOf(shapes);
  /** The shapes up to that of the record before, when it is among the early ones. */
  let upToLast: readonly RecognisableShape[] = [];

  return function kindOf(body: JsonObject): EventKind {
    if (upToLast.length > 0 && !isWrapped(body)) {
      const shape = firstThatFits(upToLast, body);
      if (shape) return kindIn(shape.tree, body);
    }
    const { candidates, mayBeWrapped } = paths.get(body) ?? { candidates: shapes, mayBeWrapped: true };
    if (mayBeWrapped && isWrapped(body)) return wrapped(kindWithin(body._source));
    const shape = firstThatFits(candidates, body);
    upToLast = (shape && early.get(shape)) ?? [];
    return shape ? kindIn(shape.tree, body) : unknownKind;
  };

  function kindWithin(body: JsonObject): EventKind {
    const shape = firstThatFits(paths.get(body)?.candidates ?? shapes, body);
    return shape ? kindIn(shape.tree, body) : unknownKind;
  }
}

/** Shapes ask for keys; those whose key is not there can't fit. */
function candidatesOf(shapes: readonly RecognisableShape[], keys: ReadonlySet<string>): readonly RecognisableShape[] {
  return shapes.filter(({ tests }) => tests.every(({ op, path }) => op === "lacks" || keys.has(path[0]!)));
}

/** Asking for this many keys costs less than following those of a record that was put together from a line of text. */
const fewKeys = 8;

/** Each shape of a certain format that has few before it, with these and itself in their order. */
function earlyOf(shapes: readonly RecognisableShape[]): ReadonlyMap<RecognisableShape, readonly RecognisableShape[]> {
  const keys = new Set<string | undefined>();
  const early = new Map<RecognisableShape, readonly RecognisableShape[]>();
  for (const [at, shape] of shapes.entries()) {
    keys.add(shape.tests[0]?.path[0]);
    if (keys.size > fewKeys) break;
    if (shape.formats) early.set(shape, shapes.slice(0, at + 1));
  }
  return early;
}
