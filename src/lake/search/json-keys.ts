/** What the JSON of some records holds: each path with how many records have it, and its values by count. */
export interface PathCount {
  readonly path: string;
  readonly records: number;
  readonly distinct: number;
  readonly top: readonly { readonly value: string; readonly count: number }[];
}

/** Bounds on what is remembered, whatever is in the records. */
const most = { paths: 2_000, values: 200, valueLength: 200, depth: 8 };

/** Counts the paths of leaves, arrays passed through; the most frequent first. */
export function countPaths(records: readonly string[], top: number): PathCount[] {
  const found = new Map<string, { records: number; values: Map<string, number> }>();
  for (const record of records) {
    const seen = new Set<string>();
    visit(parsed(record), "", 0, (path, value) => {
      const known =
        found.get(path) ?? (found.size < most.paths ? { records: 0, values: new Map<string, number>() } : undefined);
      if (!known) return;
      found.set(path, known);
      if (!seen.has(path)) known.records += 1;
      seen.add(path);
      const text = value.slice(0, most.valueLength);
      if (known.values.has(text) || known.values.size < most.values)
        known.values.set(text, (known.values.get(text) ?? 0) + 1);
    });
  }
  return [...found]
    .map(([path, { records: count, values }]) => ({
      path,
      records: count,
      distinct: values.size,
      top: [...values]
        .map(([value, times]) => ({ value, count: times }))
        .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
        .slice(0, top),
    }))
    .sort((a, b) => b.records - a.records || (a.path < b.path ? -1 : 1));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A record that is no JSON has no paths; it is counted nowhere.
    return undefined;
  }
}

function visit(value: unknown, path: string, depth: number, leaf: (path: string, value: string) => void): void {
  if (value === null || value === undefined || depth > most.depth) return;
  if (Array.isArray(value)) {
    for (const member of value) visit(member, path, depth + 1, leaf);
  } else if (typeof value === "object") {
    for (const [key, inner] of Object.entries(value))
      visit(inner, path === "" ? key : `${path}.${key}`, depth + 1, leaf);
  } else if (path !== "") leaf(path, String(value));
}
