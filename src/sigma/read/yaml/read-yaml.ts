import { Composer, Lexer, Parser, type CST, type Document } from "yaml";
import type { Report } from "../report.ts";
import type { YamlMap, YamlNode } from "./node.ts";
import { plainNodes } from "./plain-nodes.ts";
import { isTooDeep } from "./token-depth.ts";

/** What a file may hold before it is taken for an attack; the largest public rule is a hundredth of each. */
export const yamlLimits = {
  /** UTF-16 units of a file. */
  text: 8 * 1024 * 1024,
  depth: 64,
  /** Nodes that aliases stand for, per document: what an alias bomb blows up. */
  aliasedNodes: 100_000,
  documents: 50_000,
  /** Lexical units of one document: about five for each value. */
  units: 1_500_000,
} as const;

export interface YamlDocument {
  /** 0-based number in the file. */
  readonly index: number;
  /** Offset at which its content starts. */
  readonly at: number;
  /** Undefined: it couldn't be read, the report says why. */
  readonly root: YamlMap | undefined;
  readonly report: Report;
}

/**
 * Reads a file's YAML documents. Never throws: what can't be read is an error in the report of its document. Empty
 * documents are left out.
 */
export function readYaml(text: string, makeReport: () => Report): YamlDocument[] {
  if (text.length > yamlLimits.text) {
    return [
      refuse(makeReport, "file-too-large", `The file has ${text.length} characters; ${yamlLimits.text} are read.`),
    ];
  }
  const junk = /[\0\x01-\x08\x0b\x0c\x0e-\x1f\x7f\uFFFE\uFFFF]/.exec(text);
  if (junk) {
    const code = junk[0].codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0");
    return [
      refuse(makeReport, "not-text", `The file holds the control character U+${code}; YAML is text.`, junk.index),
    ];
  }
  const documents: YamlDocument[] = [];
  let count = 0;
  const composer = new Composer({
    prettyErrors: false,
    uniqueKeys: false,
    // One meaning whatever a `%YAML` directive says: 1.1 would make dates and bytes of plain text.
    schema: "core",
    resolveKnownTags: false,
    logLevel: "silent",
  });
  const accept = (document: Document.Parsed) => {
    const read = readDocument(document, documents.length, text, makeReport);
    if (read) documents.push(read);
  };
  try {
    for (const token of tokensOf(text)) {
      if (token === "too-large") {
        const message = `The document has more than ${yamlLimits.units} lexical units.`;
        return [...documents, refuse(makeReport, "document-too-large", message, 0, documents.length)];
      }
      if (isTooDeep(token, yamlLimits.depth)) {
        const at = "offset" in token ? token.offset : 0;
        return [
          ...documents,
          refuse(
            makeReport,
            "yaml-too-deep",
            `The YAML is nested deeper than ${yamlLimits.depth} levels.`,
            at,
            documents.length,
          ),
        ];
      }
      for (const document of composer.next(token)) accept(document as Document.Parsed);
      if (token.type === "document" && ++count > yamlLimits.documents) {
        const message = `The file has more than ${yamlLimits.documents} documents; the others are left out.`;
        return [...documents, refuse(makeReport, "too-many-documents", message, token.offset, documents.length)];
      }
    }
    for (const document of composer.end(false, text.length)) accept(document as Document.Parsed);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    return [...documents, refuse(makeReport, "yaml-syntax", `The YAML can't be read: ${reason}.`, 0, documents.length)];
  }
  return documents;
}

function readDocument(
  document: Document.Parsed,
  index: number,
  text: string,
  makeReport: () => Report,
): YamlDocument | undefined {
  const report = makeReport();
  for (const error of document.errors) {
    report.error(error.pos[0], "yaml-syntax", `YAML: ${error.message}`, "Mend the YAML; mind indentation and quotes.");
  }
  for (const warning of document.warnings) {
    report.warning(warning.pos[0], "yaml-doubtful", `YAML: ${warning.message}`, "Say it in plain YAML 1.2.");
  }
  if (!document.contents && document.errors.length === 0) return undefined;
  const node: YamlNode | undefined = document.contents
    ? plainNodes(document.contents, text, report, yamlLimits)
    : undefined;
  if (!node) return { index, at: document.range?.[0] ?? 0, root: undefined, report };
  if (node.kind === "scalar" && node.value === null && document.errors.length === 0) return undefined;
  if (node.kind !== "map") {
    report.error(
      node.at,
      "not-a-rule",
      "The document is no map of keys, so it is no Sigma rule.",
      "A rule starts with `title:`.",
    );
    return { index, at: node.at, root: undefined, report };
  }
  return { index, at: node.at, root: node, report };
}

/** The tokens of the concrete syntax, one document each; a document is given up before it takes up memory without bound. */
function* tokensOf(text: string): Generator<CST.Token | "too-large"> {
  const parser = new Parser();
  let units = 0;
  for (const unit of new Lexer().lex(text)) {
    for (const token of parser.next(unit)) {
      if (token.type === "document") units = 0;
      yield token;
    }
    if (++units > yamlLimits.units) {
      yield "too-large";
      return;
    }
  }
  yield* parser.end();
}

function refuse(makeReport: () => Report, code: string, message: string, at = 0, index = 0): YamlDocument {
  const report = makeReport();
  report.error(at, code, message, "Split it, or keep it out of the rule folder.");
  return { index, at, root: undefined, report };
}
