import { entryOf, weightOfNode, type YamlMap, type YamlNode } from "./yaml/node.ts";
import type { YamlDocument } from "./yaml/read-yaml.ts";

/** Nodes that actions may add to a file's rules together; a template is laid over each rule, so a file could multiply. */
const mostAddedNodes = 250_000;

/**
 * Resolves the old rule collections: `action: global` lays its keys over every rule that follows, until
 * `action: reset`; `action: repeat` is the rule before it with its own keys laid over. What is returned are rules.
 */
export function resolveActions(documents: readonly YamlDocument[]): YamlDocument[] {
  let global: YamlMap | undefined;
  let previous: YamlMap | undefined;
  let added = 0;
  const rules: YamlDocument[] = [];
  for (const document of documents) {
    const { root, report } = document;
    const action = root && entryOf(root, "action");
    const name = action?.value.kind === "scalar" ? action.value.text : undefined;
    const isRule = root !== undefined && !entryOf(root, "correlation") && !entryOf(root, "filter");
    const template = isRule ? global : undefined;
    const reused = action ? (name === "repeat" ? previous : undefined) : template;
    added += reused ? weightOfNode(reused) : 0;
    if (added > mostAddedNodes) {
      const message = `The file's actions repeat more than ${mostAddedNodes} nodes; the documents from here on are left out.`;
      report.error(document.at, "collection-too-large", message, "Write each rule out in full, in files of their own.");
      rules.push({ ...document, root: undefined });
      break;
    }
    if (!root || !action) {
      previous = root && (template ? overlay(root, template) : root);
      rules.push(previous ? { ...document, root: previous } : document);
    } else if (name === "global") {
      const own = without(root, "action");
      global = global ? overlay(global, own) : own;
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
  const over = new Map(above.entries.map((entry) => [entry.key, entry]));
  const under = new Set(below.entries.map((entry) => entry.key));
  const merged = below.entries.map((entry) => {
    const other = over.get(entry.key);
    if (!other) return entry;
    const value: YamlNode =
      entry.value.kind === "map" && other.value.kind === "map" ? overlay(entry.value, other.value) : other.value;
    return { ...other, value };
  });
  return { ...below, entries: [...merged, ...above.entries.filter((entry) => !under.has(entry.key))] };
}

function without(map: YamlMap, key: string): YamlMap {
  return { ...map, entries: map.entries.filter((entry) => entry.key !== key) };
}
