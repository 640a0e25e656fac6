import { entryOf, type YamlMap, type YamlNode } from "./yaml/node.ts";
import type { YamlDocument } from "./yaml/read-yaml.ts";

/**
 * Resolves the old rule collections: `action: global` lays its keys over every document that follows, until
 * `action: reset`; `action: repeat` is the rule before it with its own keys laid over. What is returned are rules.
 */
export function resolveActions(documents: readonly YamlDocument[]): YamlDocument[] {
  let global: YamlMap | undefined;
  let previous: YamlMap | undefined;
  const rules: YamlDocument[] = [];
  for (const document of documents) {
    const { root, report } = document;
    const action = root && entryOf(root, "action");
    const name = action?.value.kind === "scalar" ? action.value.text : undefined;
    if (!root || !action) {
      previous = root && (global ? overlay(root, global) : root);
      rules.push(previous ? { ...document, root: previous } : document);
    } else if (name === "global") {
      const template = without(root, "action");
      global = global ? overlay(global, template) : template;
      if (report.findings.length > 0) rules.push({ ...document, root: undefined });
    } else if (name === "reset") {
      global = undefined;
    } else if (name === "repeat" && previous) {
      previous = overlay(previous, without(root, "action"));
      rules.push({ ...document, root: previous });
    } else {
      const message = name === "repeat" ? "There is no rule before this to repeat." : `'${name ?? ""}' is no action.`;
      report.error(
        action.keyAt,
        "action-unknown",
        message,
        "Write each rule out in full; actions belong to the old rule collections.",
      );
      rules.push({ ...document, root: undefined });
    }
  }
  return rules;
}

/** `above` wins where both have a plain value or a list; maps are laid over each other key by key. */
function overlay(below: YamlMap, above: YamlMap): YamlMap {
  const merged = below.entries.map((entry) => {
    const other = entryOf(above, entry.key);
    if (!other) return entry;
    const value: YamlNode =
      entry.value.kind === "map" && other.value.kind === "map" ? overlay(entry.value, other.value) : other.value;
    return { ...other, value };
  });
  return { ...below, entries: [...merged, ...above.entries.filter((entry) => !entryOf(below, entry.key))] };
}

function without(map: YamlMap, key: string): YamlMap {
  return { ...map, entries: map.entries.filter((entry) => entry.key !== key) };
}
