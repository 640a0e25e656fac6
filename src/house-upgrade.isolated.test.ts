/** What docs/upgrade.md promises: the version before goes on serving while the next one has changed the tables. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { houseMigrations } from "./house.ts";
import type { Column, Migration, Records, Table } from "#platform";
import { recordsMakers } from "#platform/testing";

const migrations = await houseMigrations();
const rooms = Map.groupBy(migrations, ({ room }) => room);
const oldest = Math.max(...[...rooms.values()].map(({ length }) => length)) - 1;

/** As a program knew them that was so many migrations younger, in each room that had that many. */
function asOf(age: number): Migration[] {
  return [...rooms.values()].flatMap((all) => all.slice(0, Math.max(1, all.length - age)));
}

test("a migration only adds: a table, a column that may be empty, an index that forbids nothing", () => {
  for (const { room, name, steps } of migrations) {
    const made = new Set(steps.flatMap((step) => (step.does === "create table" ? [step.name] : [])));
    for (const step of steps) {
      const where = `${room}/${name}: ${step.does}`;
      if (step.does === "add column") {
        const { unique, nullable, default: fallback } = step.column;
        assert.ok(nullable || fallback !== undefined, `${where} ${step.name} without a value for old rows`);
        assert.ok(!unique, `${where} ${step.name} forbids what was allowed`);
      } else if (step.does === "create index")
        assert.ok(!step.index.unique || made.has(step.index.table), `${where} ${step.name} forbids what was allowed`);
      else assert.equal(step.does, "create table", `${where}: takes away, or moves, what the version before uses`);
    }
  }
});

for (const { name, skip, start } of recordsMakers)
  describe(name, { skip }, () => {
    for (let age = 1; age <= Math.max(1, oldest); age += 1)
      test(`what a program wrote and read ${age} migrations ago, it writes and reads after all that came since`, async () => {
        const maker = await start();
        try {
          await using records = await maker.open();
          const before = asOf(age);
          await records.migrate(before);
          const door = records.claimDoor();
          const tables = tablesOf(before);
          const writing = new Writing(tables);
          await door((tx) => writing.round(tx.tables()));
          const kept = await readAll(records, tables);
          await records.migrate(migrations);
          assert.deepEqual(await readAll(records, tables), kept, "nothing of it has changed");
          await door((tx) => writing.round(tx.tables()));
          for (const [table, rows] of await readAll(records, tables))
            assert.equal(rows.length, 2 * (kept.get(table)?.length ?? 0), `${table} takes what it took`);
        } finally {
          await maker.stop();
        }
      });
  });

type Row = Record<string, string | number | Uint8Array>;
type AnyTables = Record<string, Row>;
type Writer = ReturnType<Parameters<Parameters<ReturnType<Records["claimDoor"]>>[0]>[0]["tables"]>;

function tablesOf(of: readonly Migration[]): ReadonlyMap<string, Record<string, Column>> {
  const tables = new Map<string, Record<string, Column>>();
  for (const step of of.flatMap(({ steps }) => steps)) {
    if (step.does === "create table") tables.set(step.name, { ...(step.table satisfies Table).columns });
    else if (step.does === "add column") Object.assign(tables.get(step.table) ?? {}, { [step.name]: step.column });
  }
  return tables;
}

/** A row of each table in each round, with every column that a program of that age knows. */
class Writing {
  readonly #tables: ReadonlyMap<string, Record<string, Column>>;
  #count = 0;

  constructor(tables: ReadonlyMap<string, Record<string, Column>>) {
    this.#tables = tables;
  }

  async round(to: Writer): Promise<void> {
    this.#count += 1;
    const db = to as unknown as {
      insertInto(table: string): { values(row: Row): { execute(): Promise<unknown> } };
    };
    const written = new Map<string, Row>();
    for (const [table, columns] of this.#tables) {
      const row: Row = {};
      for (const [name, column] of Object.entries(columns)) {
        const value = this.#value(table, name, column, written);
        if (value !== undefined) row[name] = value;
      }
      written.set(table, row);
      await db.insertInto(table).values(row).execute();
    }
  }

  #value(table: string, name: string, column: Column, written: ReadonlyMap<string, Row>): Row[string] | undefined {
    const { references, oneOf, type } = column;
    if (references) return written.get(references.table)?.[references.column];
    if (type === "sequence") return undefined;
    if (oneOf) return oneOf[(this.#count - 1) % oneOf.length];
    if (type === "flag") return 0;
    if (type === "bytes") return Buffer.from(`${table} ${name} ${this.#count}`);
    if (type === "text") return `${table} ${name} ${this.#count}`;
    return type === "json" ? `{"n":${this.#count}}` : this.#count;
  }
}

async function readAll(
  records: Records,
  tables: ReadonlyMap<string, Record<string, Column>>,
): Promise<Map<string, unknown[]>> {
  const read = records.tables<AnyTables>();
  const all = new Map<string, unknown[]>();
  for (const [table, columns] of tables)
    all.set(table, await read.selectFrom(table).select(Object.keys(columns)).execute());
  return all;
}
