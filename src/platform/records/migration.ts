import { createHash } from "node:crypto";
import { readdir } from "node:fs/promises";
import { canonicalJson } from "#kernel";
import { type Column, columnSql, type Maker, quoteName } from "./column.ts";

/**
 * One change of a room's tables: plain data, so that its checksum depends on what it does and not on how its file is
 * laid out, and so that it cannot call code that means something else next year.
 */
export interface Migration {
  readonly room: string;
  /** `0001-people`, from the file's name. */
  readonly name: string;
  readonly steps: readonly Step[];
}

export interface Table {
  readonly columns: Readonly<Record<string, Column>>;
  /** For keys of several columns; a key of one column is said at the column. */
  readonly primaryKey?: readonly string[];
  readonly unique?: readonly (readonly string[])[];
}

export interface Index {
  readonly table: string;
  readonly columns: readonly string[];
  readonly unique?: true;
  /** A condition in SQL that both databases read alike. */
  readonly where?: string;
}

export type Step =
  | { readonly does: "create table"; readonly name: string; readonly table: Table }
  | { readonly does: "add column"; readonly table: string; readonly name: string; readonly column: Column }
  | { readonly does: "create index"; readonly name: string; readonly index: Index }
  | { readonly does: "drop"; readonly what: "table" | "index"; readonly name: string }
  | { readonly does: "run"; readonly sql: Readonly<Record<Maker, string>> };

export function createTable(name: string, table: Table): Step {
  return { does: "create table", name, table };
}

/** The column has to be nullable or to have a default: the table may hold rows already. */
export function addColumn(table: string, name: string, column: Column): Step {
  if (!column.nullable && column.default === undefined)
    throw new RangeError(`${table}.${name}: a column added later is nullable or has a default`);
  return { does: "add column", table, name, column };
}

export function createIndex(name: string, index: Index): Step {
  return { does: "create index", name, index };
}

export function drop(what: "table" | "index", name: string): Step {
  return { does: "drop", what, name };
}

/** SQL for what the words above cannot say, such as moving data. One statement, alike for both or one for each. */
export function run(sql: string | Readonly<Record<Maker, string>>): Step {
  return { does: "run", sql: typeof sql === "string" ? { sqlite: sql, postgres: sql } : sql };
}

/** SHA-256, in hex, over the canonical JSON of the steps. */
export function checksum(migration: Migration): string {
  return createHash("sha256").update(canonicalJson(migration.steps)).digest("hex");
}

export function stepSql(maker: Maker, step: Step): string {
  switch (step.does) {
    case "create table":
      return tableSql(maker, step.name, step.table);
    case "add column":
      return `alter table ${quoteName(step.table)} add column ${columnSql(maker, step.name, step.column)}`;
    case "create index":
      return indexSql(step.name, step.index);
    case "drop":
      return `drop ${step.what} ${quoteName(step.name)}`;
    case "run":
      return step.sql[maker];
  }
}

function tableSql(maker: Maker, name: string, { columns, primaryKey, unique }: Table): string {
  const parts = Object.entries(columns).map(([column, says]) => columnSql(maker, column, says));
  if (primaryKey) parts.push(`primary key (${primaryKey.map(quoteName).join(", ")})`);
  for (const set of unique ?? []) parts.push(`unique (${set.map(quoteName).join(", ")})`);
  // Without STRICT, SQLite keeps text in an integer column and tells nobody.
  return `create table ${quoteName(name)} (${parts.join(", ")})${maker === "sqlite" ? " strict" : ""}`;
}

function indexSql(name: string, { table, columns, unique, where }: Index): string {
  const list = columns.map(quoteName).join(", ");
  const head = `create ${unique ? "unique " : ""}index ${quoteName(name)} on ${quoteName(table)} (${list})`;
  return where === undefined ? head : `${head} where ${where}`;
}

/**
 * Reads a room's `migrations/` folder: files named `0001-people.ts`, numbered without gaps, each with
 * `export const steps: Step[]`.
 */
export async function readMigrations(room: string, folder: URL): Promise<Migration[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts")).sort();
  return Promise.all(
    files.map(async (file, index) => {
      const number = String(index + 1).padStart(4, "0");
      if (!/^\d{4}-[a-z0-9-]+\.ts$/.test(file) || !file.startsWith(number))
        throw new Error(`${room}/migrations/${file}: expected a file named ${number}-what-it-does.ts`);
      const { steps } = (await import(new URL(file, folder).href)) as { steps?: unknown };
      if (!Array.isArray(steps)) throw new Error(`${room}/migrations/${file}: exports no array named steps`);
      return { room, name: file.slice(0, -3), steps: steps as Step[] };
    }),
  );
}
