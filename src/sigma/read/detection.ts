import type { Expr } from "../plan.ts";
import { and, or } from "./expr.ts";
import { type ItemContext, mostTests, readItem } from "./item.ts";
import type { Report } from "./report.ts";
import type { YamlEntry, YamlMap, YamlNode } from "./yaml/node.ts";

/** A search identifier with what it means; `expr` is undefined when it couldn't be read, which is in the report. */
export interface Selection {
  readonly name: string;
  readonly at: number;
  readonly expr: Expr | undefined;
}

/** Keys beside the search identifiers; `timeframe` belonged to the old aggregations. */
const reserved = new Set(["condition", "timeframe"]);

/** Reads every search identifier of `detection` (or of `filter`, whose `rules` is not one). */
export function readSelections(
  map: YamlMap,
  report: Report,
  placeholders: ItemContext["placeholders"],
  notSelections: ReadonlySet<string> = reserved,
): readonly Selection[] {
  const budget = { left: mostTests };
  return map.entries
    .filter((entry) => !notSelections.has(entry.key))
    .map((entry) => ({
      name: entry.key,
      at: entry.keyAt,
      expr: readSelection(entry, { report, selection: entry.key, placeholders, budget }),
    }));
}

function readSelection({ key, value, keyAt }: YamlEntry, context: ItemContext): Expr | undefined {
  if (value.kind === "map") return readMap(value, context);
  if (value.kind === "scalar") {
    if (value.value !== null) return readItem("", value.at, value, context);
    context.report.error(
      keyAt,
      "empty-selection",
      `The selection '${key}' is empty.`,
      "Say what it looks for, or remove it.",
    );
    return undefined;
  }
  if (value.items.length === 0) {
    context.report.error(
      keyAt,
      "empty-selection",
      `The selection '${key}' is an empty list.`,
      "Say what it looks for, or remove it.",
    );
    return undefined;
  }
  return joinRead(
    value.items.map((item) => readAlternative(item, context)),
    or,
  );
}

/** An element of a selection's list: a map of fields, or a keyword. */
function readAlternative(item: YamlNode, context: ItemContext): Expr | undefined {
  if (item.kind === "map") return readMap(item, context);
  if (item.kind === "scalar") return readItem("", item.at, item, context);
  context.report.error(
    item.at,
    "nested-list",
    `The selection '${context.selection}' has a list inside a list.`,
    "Elements are maps of fields, or keywords.",
  );
  return undefined;
}

function readMap(map: YamlMap, context: ItemContext): Expr | undefined {
  if (map.entries.length === 0) {
    context.report.error(
      map.at,
      "empty-selection",
      `The selection '${context.selection}' has an empty map.`,
      "Say what it looks for, or remove it.",
    );
    return undefined;
  }
  return joinRead(
    map.entries.map((entry) => readItem(entry.key, entry.keyAt, entry.value, context)),
    and,
  );
}

function joinRead(parts: readonly (Expr | undefined)[], join: (of: readonly Expr[]) => Expr): Expr | undefined {
  return parts.every((part) => part !== undefined) ? join(parts) : undefined;
}
