import type { FieldName } from "./ast.ts";
import type { Scope } from "./compile-terms.ts";
import { jsonValuesSql } from "./json-values.ts";
import type { ValuePlace } from "./places.ts";
import { levelRank } from "./value-sql.ts";
import { Unusable } from "./unusable.ts";

/** A field's one value, as SQL, to group, sort or count by. */
export interface FieldValue {
  readonly sql: string;
  readonly kind: ValuePlace["kind"];
  readonly title: string;
  readonly lower: boolean;
  /** SQL, true where there is a value. */
  readonly present: string;
  /** What it is sorted by. */
  readonly rank: string;
  /** The value as a number; NULL where it is none. */
  readonly number: string;
}

/** Throws Unusable for a name that means several columns, or a field that is not there. */
export function fieldValue({ name, at }: FieldName, scope: Scope): FieldValue {
  const places = scope.places(name, at);
  const [place] = places;
  if (!place || places.length > 1)
    throw new Unusable({
      code: "field",
      at,
      length: name.length,
      says: `${name} stands for several fields; name one of them.`,
      expected: places.map(({ title }) => title),
    });
  const found = place.kind === "json" ? jsonValue(place.path, at, scope) : place;
  const { sql, kind, lower } = found;
  const text = kind !== "number" && kind !== "time" && kind !== "list";
  return {
    sql,
    kind,
    lower,
    title: name,
    rank: kind === "level" ? levelRank(sql) : sql,
    present:
      kind === "list"
        ? `notEmpty(${sql})`
        : kind === "time"
          ? "true"
          : kind === "number"
            ? `isNotNull(${sql})`
            : `${sql} != ''`,
    number:
      kind === "time"
        ? `toFloat64(toUnixTimestamp64Milli(${sql}))`
        : text
          ? `toFloat64OrNull(${sql})`
          : kind === "list"
            ? "NULL"
            : `toFloat64(${sql})`,
  };
}

function jsonValue(path: string, at: number, { record, parameters }: Scope): ValuePlace {
  if (!record)
    throw new Unusable({
      code: "field",
      at,
      length: path.length,
      says: `After this step there is no record to look up ${path} in.`,
    });
  return { kind: "text", sql: `(${jsonValuesSql(path, record, parameters)})[1]`, title: path, lower: false };
}
