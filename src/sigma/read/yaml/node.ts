/** YAML as the rest of the room sees it: plain, with every node's place, aliases already followed. */
export type YamlNode = YamlScalar | YamlList | YamlMap;

export interface YamlScalar {
  readonly kind: "scalar";
  readonly value: null | boolean | number | string;
  /** The value as text: a string is itself, a number `String(n)` (as written where that would lose digits), null is empty. */
  readonly text: string;
  /** Written without quotes on one line: YAML decided its type. */
  readonly isPlain: boolean;
  /** Offset of the node in its file. */
  readonly at: number;
}

export interface YamlList {
  readonly kind: "list";
  readonly items: readonly YamlNode[];
  readonly at: number;
}

export interface YamlMap {
  readonly kind: "map";
  readonly entries: readonly YamlEntry[];
  readonly at: number;
}

export interface YamlEntry {
  readonly key: string;
  readonly keyAt: number;
  readonly value: YamlNode;
}

export function entryOf(map: YamlMap, key: string): YamlEntry | undefined {
  return map.entries.find((entry) => entry.key === key);
}

/** Plain data that JSON can carry; numbers that JSON can't (`.nan`, `.inf`) become text. */
export function plainValue(node: YamlNode): unknown {
  switch (node.kind) {
    case "scalar":
      return typeof node.value === "number" && (!Number.isFinite(node.value) || Object.is(node.value, -0))
        ? node.text
        : node.value;
    case "list":
      return node.items.map(plainValue);
    case "map":
      return Object.fromEntries(node.entries.map((entry) => [entry.key, plainValue(entry.value)]));
  }
}

/** Where the scalar's own text begins, past a quote; undefined when the file doesn't hold it letter by letter. */
export function textStart(scalar: YamlScalar, source: string): number | undefined {
  if (source.startsWith(scalar.text, scalar.at)) return scalar.at;
  return source.startsWith(scalar.text, scalar.at + 1) ? scalar.at + 1 : undefined;
}

const weights = new WeakMap<YamlNode, number>();

/** Nodes in it, as if aliases were written out; remembered, so that asking again costs nothing. */
export function weightOfNode(node: YamlNode): number {
  const known = weights.get(node);
  if (known !== undefined) return known;
  let weight = 1;
  if (node.kind === "list") for (const item of node.items) weight += weightOfNode(item);
  if (node.kind === "map") for (const entry of node.entries) weight += weightOfNode(entry.value);
  weights.set(node, weight);
  return weight;
}
