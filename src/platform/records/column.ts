/**
 * The column types, each meaning the same to a program on SQLite and on PostgreSQL:
 *
 * - `text`: well-formed Unicode without U+0000, compared by code point. A string.
 * - `integer`: whole, within ±(2^53 - 1). A number.
 * - `real`: a finite double that is no whole number past 2^53, as such a parameter looks like an integer. A number.
 * - `flag`: 0 or 1, as a number, since SQLite has no booleans to give back.
 * - `instant`: the kernel's Instant, milliseconds since 1970. A number.
 * - `json`: JSON text, checked to be JSON by the database. A string; its room parses it.
 * - `bytes`: a Uint8Array.
 * - `sequence`: a growing integer given by the database; always the primary key.
 */
export type ColumnType = "text" | "integer" | "real" | "flag" | "instant" | "json" | "bytes" | "sequence";

/** A column: never null and without a default unless it says so. */
export interface Column {
  readonly type: ColumnType;
  readonly nullable?: true;
  readonly primaryKey?: true;
  readonly unique?: true;
  readonly default?: string | number;
  /** The only values a text may have. */
  readonly oneOf?: readonly string[];
  readonly references?: { readonly table: string; readonly column: string; readonly onDelete?: "cascade" | "set null" };
}

export type Maker = "sqlite" | "postgres";

/** The definition of one column in `create table` or `add column`. */
export function columnSql(maker: Maker, name: string, column: Column): string {
  const quoted = quoteName(name);
  if (column.type === "sequence") return `${quoted} ${typeSql[maker].sequence}`;
  const parts = [quoted, typeSql[maker][column.type]];
  if (!column.nullable) parts.push("not null");
  if (column.primaryKey) parts.push("primary key");
  if (column.unique) parts.push("unique");
  if (column.default !== undefined) parts.push(`default ${quoteValue(column.default)}`);
  const check = checkSql(maker, quoted, column);
  if (check !== undefined) parts.push(`check (${check})`);
  if (column.references) parts.push(referenceSql(column.references));
  return parts.join(" ");
}

const typeSql: Record<Maker, Record<ColumnType, string>> = {
  sqlite: {
    text: "text",
    integer: "integer",
    real: "real",
    flag: "integer",
    instant: "integer",
    json: "text",
    bytes: "blob",
    sequence: "integer primary key autoincrement",
  },
  postgres: {
    text: `text collate "C"`,
    integer: "bigint",
    real: "double precision",
    flag: "smallint",
    instant: "bigint",
    json: `text collate "C"`,
    bytes: "bytea",
    sequence: "bigint generated always as identity primary key",
  },
};

function checkSql(maker: Maker, quoted: string, { type, oneOf }: Column): string | undefined {
  if (oneOf) return `${quoted} in (${oneOf.map(quoteValue).join(", ")})`;
  if (type === "flag") return `${quoted} in (0, 1)`;
  if (type === "json") return maker === "sqlite" ? `json_valid(${quoted})` : `${quoted}::json is not null`;
  return undefined;
}

export function referenceSql({ table, column, onDelete }: NonNullable<Column["references"]>): string {
  return `references ${quoteName(table)} (${quoteName(column)})${onDelete ? ` on delete ${onDelete}` : ""}`;
}

/** Names of tables, columns and indexes: short and plain, so that both databases take them as they are. */
export function quoteName(name: string): string {
  if (!/^[a-z][a-z0-9_]{0,59}$/.test(name)) throw new RangeError(`not a name for a table or a column: ${name}`);
  return `"${name}"`;
}

function quoteValue(value: string | number): string {
  if (typeof value === "number" && !Number.isFinite(value)) throw new RangeError(`no database keeps ${value}`);
  return typeof value === "number" ? String(value) : `'${value.replaceAll("'", "''")}'`;
}
