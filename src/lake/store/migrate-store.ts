import { createHash } from "node:crypto";
import { canonicalJson } from "#kernel";
import type { Clock, Events } from "#platform";
import { refuse } from "../refusals.ts";
import { steps as tables } from "./migrations/0001-tables.ts";
import { steps as lateFindings } from "./migrations/0002-late-findings.ts";
import { stepSql, type StoreStep, type TableDefinition } from "./table-ddl.ts";

/** Numbered from 1 without gaps, in order; immutable once released. Each only adds, as an older version may still serve. */
const migrations: readonly { readonly name: string; readonly steps: readonly StoreStep[] }[] = [
  { name: "0001-tables", steps: tables },
  { name: "0002-late-findings", steps: lateFindings },
];

const book: TableDefinition = {
  name: "lake_migrations",
  columns: { number: "UInt32", name: "String", checksum: "String", at: "DateTime64(3)" },
  indexes: {},
  partitionBy: "tuple()",
  orderBy: "number",
  shardBy: "number",
};

interface Done {
  readonly number: number;
  readonly name: string;
  readonly checksum: string;
}

/**
 * Brings the store of events to this version's tables; gives back the names of what it did. Statements change nothing
 * when they run again, so a process that dies half-way is no harm, nor is a second one that does the same meanwhile.
 * Throws the refusal `lake/newer-store` where a newer version has changed the store, `lake/other-store` where its past is
 * not this program's.
 */
export async function migrateStore(
  events: Pick<Events, "command" | "query" | "insert">,
  clock: Pick<Clock, "now">,
  cluster?: string,
): Promise<readonly string[]> {
  for (const sql of stepSql({ does: "create", table: book }, cluster)) await events.command(sql);
  const done = await events.query<Done>(
    "select number, any(name) as name, any(checksum) as checksum from lake_migrations group by number order by number",
  );
  if (done.length > migrations.length)
    throw refuse("newer-store", { name: done.at(-1)?.name ?? "", known: migrations.at(-1)?.name ?? "" });
  done.forEach(({ number, name, checksum }, index) => {
    const ours = migrations[index]!;
    if (number !== index + 1 || name !== ours.name || checksum !== checksumOf(ours.steps))
      throw refuse("other-store", { name });
  });
  const names: string[] = [];
  for (const [index, { name, steps }] of migrations.entries()) {
    if (index < done.length) continue;
    for (const step of steps) for (const sql of stepSql(step, cluster)) await events.command(sql);
    await events.insert("lake_migrations", [{ number: index + 1, name, checksum: checksumOf(steps), at: clock.now() }]);
    names.push(name);
  }
  return names;
}

/** SHA-256, in hex, of what the steps do, whatever their file looks like. */
function checksumOf(steps: readonly StoreStep[]): string {
  return createHash("sha256").update(canonicalJson(steps)).digest("hex");
}
