import type { ReadDocument } from "../read-documents.ts";
import { entryOf, type YamlEntry, type YamlMap, type YamlNode, type YamlScalar } from "../yaml/node.ts";

/** A document that conventions are checked on; it may be one that was set aside. */
export type Subject = ReadDocument & { readonly root: YamlMap };

/** One convention, or a few that belong together. Reports warnings and notes, never errors: those are the reader's. */
export type Check = (subject: Subject) => void;

/** The key's value when it is text that says something. */
export function scalarAt(map: YamlMap, key: string): YamlScalar | undefined {
  const value = entryOf(map, key)?.value;
  return value?.kind === "scalar" && value.value !== null ? value : undefined;
}

/** The key's texts, whether written as a list or alone. */
export function scalarsAt(map: YamlMap, key: string): readonly YamlScalar[] {
  const value = entryOf(map, key)?.value;
  const nodes: readonly YamlNode[] = value?.kind === "list" ? value.items : value ? [value] : [];
  return nodes.filter((node): node is YamlScalar => node.kind === "scalar" && node.value !== null);
}

/** `detection` or `filter`, whichever the document has. */
export function detectionOf(root: YamlMap): (YamlEntry & { readonly value: YamlMap }) | undefined {
  const entry = entryOf(root, "detection") ?? entryOf(root, "filter");
  return entry?.value.kind === "map" ? { ...entry, value: entry.value } : undefined;
}

/** Every selection's items, keywords under the key `""`. */
export function* itemsOf(root: YamlMap): Generator<{ readonly selection: string; readonly entry: YamlEntry }> {
  for (const { key: selection, keyAt, value } of detectionOf(root)?.value.entries ?? []) {
    if (selection === "condition" || selection === "timeframe" || (selection === "rules" && entryOf(root, "filter")))
      continue;
    if (value.kind === "map") for (const entry of value.entries) yield { selection, entry };
    else if (value.kind === "scalar") yield { selection, entry: { key: "", keyAt, value } };
    else {
      for (const item of value.items) {
        if (item.kind === "map") for (const entry of item.entries) yield { selection, entry };
      }
      const keywords = value.items.filter((item) => item.kind === "scalar");
      if (keywords.length > 0) {
        yield { selection, entry: { key: "", keyAt, value: { kind: "list", items: keywords, at: value.at } } };
      }
    }
  }
}
