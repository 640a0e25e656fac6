import type { SqlColumns, SqlTable } from "./sql-table.ts";
import { join, regexLiteral, type Sql, sqlArray, sqlString } from "./sql-text.ts";
import { pathReach, storedPath } from "./stored-event.ts";

/** Where a field's values are, as SQL. The field of a keyword is every leaf. */
export interface FieldSql {
  /** Boolean: the field has a value. */
  readonly exists: Sql;
  /** `Array(String)`: the texts of its values. */
  readonly texts: string;
  /** The same values' texts and types, two arrays of one length, for tests that ask what a value was in the record. */
  readonly typed: { readonly texts: string; readonly types: string };
  /** The stored paths of which one must be there for the field to have a value; undefined: cannot be told so simply. */
  readonly among?: readonly string[];
}

/** The first of the layout's paths that yields a value wins (event.ts). */
export function fieldSql(field: string, table: SqlTable): FieldSql {
  const { columns } = table;
  const places = distinct(table.layout.paths(field).map((steps) => place(steps, columns)));
  if (places.length === 0) return nowhere;
  const choose = (what: (of: Place) => string): string => {
    if (places.length === 1) return what(places[0]!);
    const last = places.length - 1;
    return `multiIf(${places.map((of, i) => (i === last ? what(of) : `${of.exists}, ${what(of)}`)).join(", ")})`;
  };
  const among = places.map((of) => of.path);
  const plain = among.every((path) => path !== undefined);
  return {
    exists: plain
      ? anyPath(among as string[], columns)
      : join(
          "OR",
          places.map((of) => of.exists),
        ),
    texts: choose((of) => of.texts),
    typed: { texts: choose((of) => of.select(columns.texts)), types: choose((of) => of.select(columns.types)) },
    ...(plain ? { among: among as string[] } : {}),
  };
}

/** Boolean: the event has a value at one of the paths. */
export function anyPath(paths: readonly string[], columns: SqlColumns): string {
  const hot = paths.length === 1 ? columns.hot?.get(paths[0]!) : undefined;
  return hot === undefined ? hasOne(columns.paths, paths) : `notEmpty(${hot})`;
}

/** Boolean: one of the texts is in the array. `has` overlooks '' in an array of LowCardinality (ClickHouse 26.7). */
export function hasOne(array: string, texts: readonly string[]): string {
  return texts.length === 1 && texts[0] !== ""
    ? `has(${array}, ${sqlString(texts[0]!)})`
    : `hasAny(${array}, ${sqlArray(texts)})`;
}

/** Every leaf of the record: what keywords are asked of. */
export function leafSql({ texts, types }: SqlColumns): string {
  return `arrayFilter((x, t) -> t != 'json', ${texts}, ${types})`;
}

interface Place {
  readonly path?: string;
  readonly exists: string;
  readonly texts: string;
  select(column: string): string;
}

const nowhere: FieldSql = {
  exists: "false",
  texts: "emptyArrayString()",
  typed: { texts: "emptyArrayString()", types: "emptyArrayString()" },
};

function place(steps: readonly string[], columns: SqlColumns): Place {
  const path = storedPath(steps);
  if (steps.length > pathReach.steps || path.length > pathReach.length)
    throw new RangeError(
      `stored events cannot be searched for a field of ${steps.length} steps and ${path.length} characters; ` +
        `at most ${pathReach.steps} and ${pathReach.length} are kept`,
    );
  const { paths, texts } = columns;
  if (steps.includes("*")) {
    const holds = `match(p, ${sqlString(`^${steps.map(stepRegex).join("\\.")}$`)})`;
    const select = (column: string): string => `arrayFilter((x, p) -> ${holds}, ${column}, ${paths})`;
    return { exists: `arrayExists(p -> ${holds}, ${paths})`, texts: select(texts), select };
  }
  const select = (column: string): string => `arrayFilter((x, p) -> p = ${sqlString(path)}, ${column}, ${paths})`;
  return { path, exists: anyPath([path], columns), texts: columns.hot?.get(path) ?? select(texts), select };
}

/** A step as it stands escaped in a stored path. */
function stepRegex(step: string): string {
  return step === "*" ? String.raw`(?:[^.\\]|\\[.\\])*` : regexLiteral(storedPath([step]));
}

function distinct(places: readonly Place[]): Place[] {
  return [...new Map(places.map((of) => [of.texts, of])).values()];
}
