import { shared } from "./shared-sql.ts";
import type { SqlColumns, SqlTable } from "./sql-table.ts";
import { regexLiteral, sqlArray, sqlString } from "./sql-text.ts";
import { beside, pathReach, storedPath } from "./stored-event.ts";

/** A field's values, as SQL of `Array(String)`. The first of the layout's paths that yields a value wins (event.ts). */
export interface FieldSql {
  /** Boolean: there is a value. */
  readonly exists: string;
  /** The texts of all values. */
  readonly texts: string;
  /** Of these, what were strings, numbers or booleans in the record. */
  readonly leaves: string;
  /** Of these, the numbers whose text has an exponent. */
  readonly exponents: string;
}

export function fieldSql(field: string, { columns, layout }: SqlTable): FieldSql {
  const places = distinct(layout.paths(field).map((steps) => place(steps, columns)));
  if (places.length === 0) return nowhere;
  const choose = (what: keyof FieldSql): string => {
    const last = places.at(-1)!;
    if (places.length === 1) return last[what];
    return `multiIf(${[...places.slice(0, -1).flatMap((of) => [of.exists, of[what]]), last[what]].join(", ")})`;
  };
  return {
    exists: places.length === 1 ? places[0]!.exists : `(${places.map((of) => of.exists).join(" OR ")})`,
    texts: shared(choose("texts")),
    leaves: shared(choose("leaves")),
    exponents: choose("exponents"),
  };
}

/** Every string, number and boolean of the record: what keywords are asked of. Some come twice. */
export function leafSql({ texts, containers }: SqlColumns): string {
  return shared(valuesOf(`NOT has(${containers}, k)`, texts));
}

/** All these and the texts of containers: quick to read, and nothing that a leaf holds is missing. */
export function everyTextSql({ texts }: SqlColumns): string {
  return shared(`arrayFlatten(mapValues(${texts}))`);
}

/** Boolean: one of the texts is in the array. `has` overlooks '' in an array of LowCardinality (ClickHouse 26.7). */
export function hasOne(array: string, texts: readonly string[]): string {
  if (texts.length === 1 && texts[0] !== "") return `has(${array}, ${sqlString(texts[0]!)})`;
  return `hasAny(${array}, ${sqlArray(texts)})`;
}

const nowhere: FieldSql = {
  exists: "false",
  texts: "emptyArrayString()",
  leaves: "emptyArrayString()",
  exponents: "emptyArrayString()",
};

function place(steps: readonly string[], columns: SqlColumns): FieldSql {
  const path = storedPath(steps);
  if (steps.length > pathReach.steps || path.length > pathReach.length)
    throw new RangeError(
      `stored events cannot be searched for a field of ${steps.length} steps and ${path.length} characters; ` +
        `at most ${pathReach.steps} and ${pathReach.length} are kept`,
    );
  return steps.includes("*") ? anywhereLike(steps, columns) : at(path, columns);
}

function at(path: string, { texts, containers, hot }: SqlColumns): FieldSql {
  const under = (key: string): string => `${texts}[${sqlString(key)}]`;
  const all = hot?.get(path) ?? under(path);
  return {
    exists: `notEmpty(${all})`,
    texts: all,
    leaves: `if(${hasOne(containers, [path])}, ${under(path + beside.leaves)}, ${all})`,
    exponents: under(path + beside.exponents),
  };
}

/** `*` stands for any one key. */
function anywhereLike(steps: readonly string[], { texts, containers }: SqlColumns): FieldSql {
  const anyKey = String.raw`(?:\\_|(?:[^.\\]|\\[.\\])+)`;
  const source = steps.map((step) => (step === "*" ? anyKey : regexLiteral(storedPath([step])))).join("\\.");
  const like = (suffix: string): string => `match(k, ${sqlString(`^${source}${regexLiteral(suffix)}$`)})`;
  return {
    exists: `arrayExists(k -> ${like("")}, mapKeys(${texts}))`,
    texts: valuesOf(like(""), texts),
    leaves: valuesOf(`(${like("")} AND NOT has(${containers}, k)) OR ${like(beside.leaves)}`, texts),
    exponents: valuesOf(like(beside.exponents), texts),
  };
}

/** `k`: a key of the map. */
function valuesOf(holds: string, texts: string): string {
  return `arrayFlatten(mapValues(mapFilter((k, v) -> ${holds}, ${texts})))`;
}

function distinct(places: readonly FieldSql[]): FieldSql[] {
  return [...new Map(places.map((of) => [of.texts, of])).values()];
}
