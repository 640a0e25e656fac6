import type { LogSource } from "../rule.ts";
import { textOf } from "./metadata.ts";
import type { Report } from "./report.ts";
import { entryOf, type YamlMap } from "./yaml/node.ts";

/** Reads `logsource`; undefined after an error. */
export function readLogSource(root: YamlMap, report: Report): LogSource | undefined {
  const entry = entryOf(root, "logsource");
  if (!entry || entry.value.kind !== "map") {
    const message = entry ? "'logsource' has to be a map." : "The document has no log source.";
    report.error(
      entry?.keyAt ?? root.at,
      "logsource-missing",
      message,
      "Say which logs it reads: `logsource:` with category, product or service.",
    );
    return undefined;
  }
  const { value: map } = entry;
  const source: { -readonly [K in keyof LogSource]: LogSource[K] } = {};
  for (const key of ["category", "product", "service", "definition"] as const) {
    const text = textOf(map, key, report);
    if (text !== undefined && text !== "") source[key] = text;
  }
  if (source.category === undefined && source.product === undefined && source.service === undefined) {
    report.error(
      entry.keyAt,
      "logsource-empty",
      "The log source has no category, product or service.",
      "Name at least one; otherwise nothing says which logs are meant.",
    );
    return undefined;
  }
  return source;
}

/** Whether a filter for `wide` is for rules on `narrow`: every key that it has is the same there. */
export function covers(wide: LogSource, narrow: LogSource): boolean {
  return (["category", "product", "service"] as const).every(
    (key) => wide[key] === undefined || wide[key] === narrow[key],
  );
}
