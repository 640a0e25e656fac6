import type { SigmaDocument } from "../rule.ts";
import { resolveActions } from "./collections.ts";
import { createPositions } from "./positions.ts";
import { readDocument } from "./read-document.ts";
import { createReport, type Report } from "./report.ts";
import type { YamlMap } from "./yaml/node.ts";
import { readYaml, type YamlDocument } from "./yaml/read-yaml.ts";

export interface RuleFile {
  /** A path or any other name that tells people where to look. */
  readonly file: string;
  readonly text: string;
}

export interface ReadOptions {
  /** Values that `%name%` stands for under the modifier `expand`. A rule with a placeholder nobody defined is set aside. */
  readonly placeholders?: Readonly<Record<string, readonly string[]>>;
}

/** A document as it was read by itself, before others are looked at. */
export interface ReadDocument {
  readonly root: YamlMap | undefined;
  /** Undefined: it can't be used, and the report holds an error. */
  readonly document: SigmaDocument | undefined;
  readonly report: Report;
  readonly file: string;
  /** 0-based number in its file. */
  readonly index: number;
  /** Offset in its file. */
  readonly at: number;
  readonly text: string;
}

export function readDocuments(files: Iterable<RuleFile>, options: ReadOptions): ReadDocument[] {
  const read: ReadDocument[] = [];
  for (const { file, text } of files) {
    const positionOf = createPositions(text);
    const documents = resolveActions(readYaml(text, () => createReport(file, positionOf)));
    warnOfLostBytes(text, documents);
    for (const { index, at, root, report } of documents) {
      const source = { file, document: index, line: positionOf(at).line };
      const usable = root && !report.firstError;
      const document = usable
        ? readDocument(root, { source, report, text, placeholders: options.placeholders ?? {} })
        : undefined;
      read.push({ root, document: report.firstError ? undefined : document, report, file, index, at, text });
    }
  }
  return read;
}

/** U+FFFD is what a decoder leaves of bytes that are no UTF-8; a rule with one in it looks for what no log holds. */
function warnOfLostBytes(text: string, documents: readonly YamlDocument[]): void {
  const at = text.indexOf("\uFFFD");
  const document = documents.findLast((one) => one.at <= at) ?? documents[0];
  if (at === -1 || !document) return;
  const message = "The file is not UTF-8: here a byte could not be read.";
  document.report.warning(at, "not-utf8", message, "Save the file as UTF-8.");
}
