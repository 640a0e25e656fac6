import { levels, type Level, type Metadata, type SourcePlace } from "../rule.ts";
import type { Report } from "./report.ts";
import { entryOf, plainValue, type YamlMap, type YamlNode } from "./yaml/node.ts";

export const statuses = ["stable", "test", "experimental", "deprecated", "unsupported"] as const;

/** Keys that the specification gives, over all three kinds of document; every other one is kept under `custom`. */
export const specificationKeys: ReadonlySet<string> = new Set([
  "title",
  "id",
  "name",
  "related",
  "taxonomy",
  "status",
  "description",
  "license",
  "references",
  "author",
  "date",
  "modified",
  "logsource",
  "detection",
  "fields",
  "falsepositives",
  "level",
  "tags",
  "scope",
  "correlation",
  "filter",
  "generate",
  "action",
]);

/**
 * Reads what all documents carry. A missing title is an error, as the specification demands one; any other slip costs
 * only the value that it is in, never the detection.
 */
export function readMetadata(root: YamlMap, source: SourcePlace, report: Report): Metadata {
  const text = (key: string) => textOf(root, key, report);
  const list = (key: string) => listOf(root, key, report);
  const title = text("title");
  if (title === undefined || title.trim() === "") {
    report.error(
      root.at,
      "title-missing",
      "The document has no title.",
      "Say in a few words what it finds: `title: …`.",
    );
  }
  const optional = {
    name: text("name"),
    description: text("description"),
    status: choiceOf(root, "status", statuses, report),
    level: choiceOf<Level>(root, "level", levels, report),
    author: text("author"),
    license: text("license"),
    date: text("date"),
    modified: text("modified"),
    taxonomy: text("taxonomy"),
  };
  return {
    id: text("id") ?? `${source.file}#${source.document}`,
    title: title ?? "",
    ...(Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)) as {
      [K in keyof typeof optional]?: NonNullable<(typeof optional)[K]>;
    }),
    references: list("references"),
    tags: list("tags"),
    falsepositives: list("falsepositives"),
    fields: list("fields"),
    scope: list("scope"),
    related: relatedOf(root, report),
    custom: customOf(root),
    source,
  };
}

export function textOf(map: YamlMap, key: string, report: Report): string | undefined {
  const entry = entryOf(map, key);
  if (!entry || (entry.value.kind === "scalar" && entry.value.value === null)) return undefined;
  if (entry.value.kind === "scalar") return entry.value.text;
  report.warning(
    entry.keyAt,
    "metadata-form",
    `'${key}' has to be text.`,
    `Write \`${key}: …\` on one line; it is left out now.`,
  );
  return undefined;
}

/** A list of texts; a lone text counts as a list of one. */
export function listOf(map: YamlMap, key: string, report: Report): readonly string[] {
  const entry = entryOf(map, key);
  if (!entry) return [];
  const texts = textsIn(entry.value);
  if (texts) return texts;
  report.warning(
    entry.keyAt,
    "metadata-form",
    `'${key}' has to be a list of texts.`,
    "Write one text per line, each after `- `; other elements are left out now.",
  );
  return entry.value.kind === "list" ? entry.value.items.flatMap((item) => textsIn(item) ?? []) : [];
}

function textsIn(node: YamlNode): readonly string[] | undefined {
  if (node.kind === "scalar") return node.value === null ? [] : [node.text];
  if (node.kind === "map") return undefined;
  const texts = node.items.flatMap((item) => (item.kind === "scalar" && item.value !== null ? [item.text] : []));
  return texts.length === node.items.length ? texts : undefined;
}

function choiceOf<T extends string>(map: YamlMap, key: string, choices: readonly T[], report: Report): T | undefined {
  const text = textOf(map, key, report);
  if (text === undefined) return undefined;
  const choice = choices.find((one) => one === text);
  if (choice === undefined) {
    report.warning(
      entryOf(map, key)!.value.at,
      `${key}-unknown`,
      `'${text}' is no ${key}.`,
      `Use one of ${choices.join(", ")}; it is left out now.`,
    );
  }
  return choice;
}

function relatedOf(map: YamlMap, report: Report): Metadata["related"] {
  const entry = entryOf(map, "related");
  if (!entry) return [];
  const items = entry.value.kind === "list" ? entry.value.items : [entry.value];
  return items.flatMap((item) => {
    const id = item.kind === "map" ? textOf(item, "id", report) : undefined;
    const type = item.kind === "map" ? textOf(item, "type", report) : undefined;
    if (id !== undefined && type !== undefined) return [{ id, type }];
    report.warning(
      item.at,
      "related-form",
      "A related rule needs `id` and `type`.",
      "Write `- id: …` and below it `type: derived`; it is left out now.",
    );
    return [];
  });
}

function customOf(map: YamlMap): Readonly<Record<string, unknown>> {
  const own = map.entries.filter((entry) => !specificationKeys.has(entry.key));
  return Object.fromEntries(own.map((entry) => [entry.key, plainValue(entry.value)]));
}
