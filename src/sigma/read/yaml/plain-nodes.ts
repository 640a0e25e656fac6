import { isAlias, isMap, isScalar, isSeq, Scalar, type ParsedNode, type YAMLMap } from "yaml";
import type { Report } from "../report.ts";
import type { YamlEntry, YamlMap, YamlNode, YamlScalar } from "./node.ts";

/**
 * Turns the library's nodes into plain ones. Aliases become the very node that they stand for (so memory stays small)
 * and `<<` merges; both are counted as if written out, because everything that walks the result would walk that much.
 */
export function plainNodes(
  root: ParsedNode,
  source: string,
  report: Report,
  limits: { readonly aliasedNodes: number },
): YamlNode | undefined {
  const anchors = new Map<string, { readonly node: YamlNode; readonly weight: number } | "open">();
  let written = 0;
  let aliased = 0;
  let isBomb = false;

  function convert(node: ParsedNode): YamlNode {
    const at = node.range[0];
    if (isAlias(node)) return follow(node.source, at);
    const before = written + aliased;
    written++;
    const name = node.anchor;
    if (name !== undefined) anchors.set(name, "open");
    const plain = convertOwn(node, at);
    if (name !== undefined) anchors.set(name, { node: plain, weight: written + aliased - before });
    return plain;
  }

  function convertOwn(node: Exclude<ParsedNode, { source: string; resolve: unknown }>, at: number): YamlNode {
    if (isScalar(node)) return scalarOf(node as Scalar.Parsed, source);
    if (isSeq(node)) return { kind: "list", items: node.items.map((item) => convert(item as ParsedNode)), at };
    if (isMap(node)) return mapOf(node as YAMLMap.Parsed, at);
    return { kind: "scalar", value: null, text: "", isPlain: true, at };
  }

  function follow(name: string, at: number): YamlNode {
    const target = anchors.get(name);
    if (target === undefined || target === "open") {
      const what = target === "open" ? "refers to the node that it lies in" : "has no anchor before it";
      report.error(at, "alias-unresolved", `The alias *${name} ${what}.`, "Write the value out instead of the alias.");
      return { kind: "scalar", value: null, text: "", isPlain: true, at };
    }
    aliased += target.weight;
    if (aliased > limits.aliasedNodes) {
      if (!isBomb) {
        const message = `The document's aliases stand for more than ${limits.aliasedNodes} nodes.`;
        report.error(at, "alias-bomb", message, "Write the values out; rules have no need of nested aliases.");
      }
      isBomb = true;
      return { kind: "scalar", value: null, text: "", isPlain: true, at };
    }
    return target.node;
  }

  function mapOf(map: YAMLMap.Parsed, at: number): YamlMap {
    const entries: YamlEntry[] = [];
    const seen = new Set<string>();
    const merged: YamlMap[] = [];
    for (const { key, value } of map.items) {
      const keyNode = key === null ? undefined : convert(key as ParsedNode);
      const keyAt = keyNode?.at ?? at;
      const valueNode: YamlNode = value
        ? convert(value as ParsedNode)
        : { kind: "scalar", value: null, text: "", isPlain: true, at: keyAt };
      if (keyNode && keyNode.kind !== "scalar") {
        report.error(keyAt, "key-not-text", "A key of this map is a list or a map itself.", "Keys are plain text.");
        continue;
      }
      const name = keyNode?.text ?? "";
      if (name === "<<" && keyNode?.isPlain && valueNode.kind !== "scalar") {
        merged.push(...(valueNode.kind === "map" ? [valueNode] : valueNode.items.filter((one) => one.kind === "map")));
      } else if (seen.has(name)) {
        const advice = "Join the two: a list of values, or a second selection.";
        report.error(keyAt, "duplicate-key", `The key '${name}' stands twice in this map.`, advice);
      } else {
        seen.add(name);
        entries.push({ key: name, keyAt, value: valueNode });
      }
    }
    for (const entry of merged.flatMap((one) => one.entries)) {
      if (seen.has(entry.key)) continue;
      seen.add(entry.key);
      entries.push(entry);
    }
    return { kind: "map", entries, at };
  }

  const plain = convert(root);
  return isBomb ? undefined : plain;
}

function scalarOf(node: Scalar.Parsed, source: string): YamlScalar {
  const isPlain = node.type === Scalar.PLAIN;
  const at = node.range[0];
  const value = node.value as unknown;
  if (typeof value === "string") return { kind: "scalar", value, text: value, isPlain, at };
  if (typeof value === "number") {
    const isExact = Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value));
    return { kind: "scalar", value, text: isExact ? String(value) : source.slice(at, node.range[1]), isPlain, at };
  }
  if (typeof value === "boolean") return { kind: "scalar", value, text: String(value), isPlain, at };
  if (value === null || value === undefined) return { kind: "scalar", value: null, text: "", isPlain, at };
  const text = source.slice(at, node.range[1]);
  return { kind: "scalar", value: text, text, isPlain, at };
}
