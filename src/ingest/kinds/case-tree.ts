import type { Json, JsonObject } from "#sigma";
import type { IngestKind, Path } from "./ingest-kind.ts";
import { readPath } from "./read-path.ts";

/** What a record is, decided case by case: the kind here, or a better one below when a value picks a case. */
export interface CaseTree {
  readonly kind: IngestKind;
  /** Where the deciding value lies; empty at a leaf. */
  readonly by: readonly Path[];
  /** Keys are lower case; a number stands beside its text, so that most look-ups convert nothing. */
  readonly cases: ReadonlyMap<string | number, CaseTree>;
}

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
  for (const path of tree.by) {
    const value = readPath(body, path);
    if (value === undefined) continue;
    const found = lookUp(tree.cases, value);
    if (found) return found;
  }
  return undefined;
}

function lookUp(cases: CaseTree["cases"], value: Json): CaseTree | undefined {
  if (typeof value === "number") return cases.get(value);
  if (typeof value === "string") return cases.get(value) ?? cases.get(value.toLowerCase());
  return typeof value === "boolean" ? cases.get(String(value)) : undefined;
}
