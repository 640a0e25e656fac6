import type { SigmaDocument, SourcePlace } from "../rule.ts";
import { readCorrelation } from "./read-correlation.ts";
import { readDetectionRule } from "./read-detection-rule.ts";
import { readFilter } from "./read-filter.ts";
import type { Report } from "./report.ts";
import { entryOf, type YamlMap } from "./yaml/node.ts";

export interface DocumentContext {
  readonly source: SourcePlace;
  readonly report: Report;
  /** The whole file, for places inside of a value. */
  readonly text: string;
  readonly placeholders: Readonly<Record<string, readonly string[]>>;
}

/** Reads a document of whichever kind it is; what is wrong with it is in the report, and then it is undefined. */
export function readDocument(root: YamlMap, context: DocumentContext): SigmaDocument | undefined {
  const { report } = context;
  const kinds = ["detection", "correlation", "filter"].filter((key) => entryOf(root, key));
  if (kinds.length > 1) {
    report.error(
      root.at,
      "document-kind",
      `The document has ${kinds.join(" and ")}.`,
      "Give each a document of its own, with `---` between them.",
    );
    return undefined;
  }
  if (kinds[0] === "correlation") return readCorrelation(root, context);
  if (kinds[0] === "filter") return readFilter(root, context);
  return readDetectionRule(root, context);
}
