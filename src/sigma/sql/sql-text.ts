import { storedText } from "./stored-event.ts";

/**
 * A ClickHouse string literal that means exactly this text. Only quotes, backslashes and control characters have a
 * meaning of their own inside quotes; all other text stands for its UTF-8 bytes.
 */
export function sqlString(text: string): string {
  return `'${storedText(text).replace(special, escapeSpecial)}'`;
}

export function sqlArray(texts: readonly string[]): string {
  return `[${texts.map(sqlString).join(", ")}]`;
}

// oxlint-disable-next-line no-control-regex -- control characters are what has to be escaped
const special = /['\\\u0000-\u001f\u007f]/g;

function escapeSpecial(character: string): string {
  if (character === "'" || character === "\\") return `\\${character}`;
  return `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`;
}

/** Text as RE2 source that matches it and nothing else. */
export function regexLiteral(text: string): string {
  return storedText(text).replace(meaningful, (character) =>
    character.charCodeAt(0) > 0x20 && character !== "\u007f"
      ? `\\${character}`
      : `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
}

// oxlint-disable-next-line no-control-regex -- NUL would end the expression early
const meaningful = /[\u0000-\u001f\u007f!-/:-@[-`{-~]/g;

/** A boolean expression before it is laid out on lines. */
export type Sql = string | { readonly join: "AND" | "OR"; readonly of: readonly Sql[] } | { readonly not: Sql };

/** At least one part; one alone stands for itself. */
export function join(word: "AND" | "OR", parts: readonly Sql[]): Sql {
  const flat = parts.flatMap((part) =>
    typeof part === "object" && "join" in part && part.join === word ? part.of : [part],
  );
  return flat.length === 1 ? flat[0]! : { join: word, of: flat };
}

/** On one line, or (`indent` given) with one part per line. */
export function layOut(sql: Sql, indent?: string): string {
  if (typeof sql === "string") return sql;
  if ("not" in sql) return `NOT ${bracketed(sql.not, indent)}`;
  const parts = sql.of.map((part) => bracketed(part, indent));
  return parts.join(indent === undefined ? ` ${sql.join} ` : `\n${indent}${sql.join} `);
}

function bracketed(sql: Sql, indent?: string): string {
  if (typeof sql === "string" || "not" in sql) return layOut(sql, indent);
  if (indent === undefined) return `(${layOut(sql)})`;
  const deeper = `${indent}  `;
  return `(\n${deeper}${layOut(sql, deeper)}\n${indent})`;
}
