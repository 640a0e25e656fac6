import type { CustomTypesConfig } from "pg";
import pg from "pg";

/** How values of PostgreSQL become values of JavaScript: as SQLite gives them. */
export const postgresTypes: CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: "text" | "binary") =>
    parsers.get(oid) ?? pg.types.getTypeParser(oid, format as "text")) as CustomTypesConfig["getTypeParser"],
};

const { builtins } = pg.types;

const parsers = new Map<number, (text: string) => unknown>([
  [builtins.BOOL, (text) => (text === "t" ? 1 : 0)],
  [builtins.INT8, wholeNumber],
  // What sum() and avg() over integers give.
  [builtins.NUMERIC, (text) => (/^-?\d+$/.test(text) ? wholeNumber(text) : Number(text))],
  [builtins.BYTEA, (text) => new Uint8Array(Buffer.from(text.slice(2), "hex"))],
]);

function wholeNumber(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number)) throw new RangeError(`${text} is past what a number can hold exactly`);
  return number;
}
