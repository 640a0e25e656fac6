import type { QueryRunner } from "../query-runner.ts";
import { type SqlWords, sqlTables } from "./check-sql.ts";

/**
 * Kinds of functions that compute from their arguments alone. The engine's own list says which function is of which kind;
 * those of others (`Other`, `Dictionary`, `Introspection`, …) read files, settings or the server, `file('/etc/passwd')`
 * among them.
 */
const kinds = [
  "Aggregate Functions",
  "Arithmetic",
  "Arrays",
  "Bit",
  "Bitmap",
  "Comparison",
  "Conditional",
  "Dates and Times",
  "Distance",
  "Encoding",
  "Geo",
  "Hash",
  "IP Address",
  "JSON",
  "Logical",
  "Map",
  "Mathematical",
  "Null",
  "Rounding",
  "String",
  "String Replacement",
  "String Search",
  "String Splitting",
  "Time Window",
  "Tuple",
  "Type Conversion",
  "URL",
  "UUID",
];

/** Harmless ones of kinds that are not. */
const besides = [
  "transform",
  "tolowcardinality",
  "formatreadablesize",
  "formatreadablequantity",
  "formatreadabletimedelta",
  "bar",
  "totypename",
];

/** Asks the engine what it has. */
export async function readSqlWords(runner: QueryRunner, signal: AbortSignal): Promise<SqlWords> {
  const ask = <Row>(sql: string, parameters = {}) => runner.rows<Row>({ sql, parameters, rowsGiven: 100_000, signal });
  const known = await ask<{ name: string; alias: string; kind: string; aggregate: number }>(
    "SELECT name, alias_to AS alias, categories AS kind, is_aggregate AS aggregate FROM system.functions WHERE origin = 'System'",
  );
  const combinators = await ask<{ name: string }>("SELECT name FROM system.aggregate_function_combinators");
  const databases = await ask<{ name: string }>("SELECT name FROM system.databases");
  const tables = await ask<{ name: string }>(
    "SELECT name FROM system.tables WHERE database = currentDatabase() AND NOT has({ours:Array(String)}, name)",
    { ours: sqlTables },
  );
  const allowed = new Set(
    known.filter(({ kind, aggregate }) => aggregate === 1 || kinds.includes(kind)).map(({ name }) => name),
  );
  const functions = new Set([...allowed, ...besides].map((name) => name.toLowerCase()));
  for (const { name, alias } of known) if (alias !== "" && allowed.has(alias)) functions.add(name.toLowerCase());
  const aggregates = known.filter(({ aggregate }) => aggregate === 1).map(({ name }) => name.toLowerCase());
  const suffixes = combinators.map(({ name }) => name.toLowerCase());
  for (const aggregate of aggregates)
    for (const suffix of suffixes) {
      functions.add(aggregate + suffix);
      for (const second of suffixes) functions.add(aggregate + suffix + second);
    }
  return { functions, forbidden: new Set([...databases, ...tables].map(({ name }) => name.toLowerCase())) };
}
