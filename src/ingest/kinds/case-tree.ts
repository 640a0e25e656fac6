import type { Json, JsonObject } from "#sigma";
import type { IngestKind, Path } from "./ingest-kind.ts";
import { readPath } from "./read-path.ts";
import type { TextMemo } from "./text-memo.ts";

/** What a record is, decided case by case: the kind here, or a better one below when a value picks a case. */
export interface CaseTree {
  readonly kind: IngestKind;
  /** Where the deciding value lies; empty at a leaf. */
  readonly by: readonly Key[];
  readonly cases: TextMemo<CaseTree | undefined>;
  /** Cases whose text is a number, by that number: most look-ups convert nothing. */
  readonly numbers: ReadonlyMap<number, CaseTree>;
  /** All that `cases` may give, each once. */
  readonly below: readonly CaseTree[];
}

export interface Key {
  readonly path: Path;
  /** Takes the deciding value out of a longer text: its first group. */
  readonly capture: RegExp | undefined;
}

/** How far into a text a pattern looks; what tells records apart stands at their beginning. */
export const lookingDepth = 2048;

/** The kind of a record that is known to have the tree's shape. */
export function kindIn(tree: CaseTree, body: JsonObject): IngestKind {
  let here = tree;
  while (here.by.length > 0) {
    const next = caseOf(here, body);
    if (!next) break;
    here = next;
  }
  return here.kind;
}

function caseOf(tree: CaseTree, body: JsonObject): CaseTree | undefined {
  for (const { path, capture } of tree.by) {
    const value = readPath(body, path);
    if (value === undefined) continue;
    const found = lookUp(tree, capture ? captured(value, capture) : value);
    if (found) return found;
  }
  return undefined;
}

function captured(value: Json, capture: RegExp): string {
  return typeof value === "string" ? (capture.exec(value.slice(0, lookingDepth))?.[1] ?? "") : "";
}

function lookUp(tree: CaseTree, value: Json): CaseTree | undefined {
  if (typeof value === "number") return tree.numbers.get(value);
  if (typeof value === "string") return tree.cases.get(value);
  if (typeof value === "boolean") return tree.cases.get(String(value));
  if (!Array.isArray(value)) return undefined;
  for (const element of value.slice(0, 8)) {
    const found = typeof element === "string" || typeof element === "number" ? lookUp(tree, element) : undefined;
    if (found) return found;
  }
  return undefined;
}
