import { foldAscii } from "./fold-case.ts";
import { type Glob, mapLiterals } from "./glob.ts";

/**
 * The text of a record that free words are looked for in, as SQL over its JSON: an escaped backslash reads `/`, an escaped
 * line break or tab reads as a space, since otherwise the first word of a line would be glued to its escape. The tables'
 * text index is over exactly this expression.
 */
export function searchedTextSql(json: string): string {
  return replacements.reduce(
    (sql, [from, to]) => `replaceAll(${sql}, '${from.replaceAll("\\", "\\\\")}', '${to}')`,
    `lower(${json})`,
  );
}

/** Pairs of backslashes first: what is left of a backslash then begins an escape. */
const replacements = [
  ["\\\\", "/"],
  ["\\n", " "],
  ["\\r", " "],
  ["\\t", " "],
] as const;

/** A needle as it is spelled in that text, case apart. */
export function spelledInRecord(glob: Glob): Glob {
  return mapLiterals(glob, (literal) =>
    JSON.stringify(literal)
      .slice(1, -1)
      .replace(/\\\\|\\[nrt]/g, (escape) => (escape === "\\\\" ? "/" : " ")),
  );
}

/** The same text in JavaScript. */
export function searchedText(json: string): string {
  return foldAscii(json).replace(/\\\\|\\[nrt]/g, (escape) => (escape === "\\\\" ? "/" : " "));
}
