/** A table of telemetry, told once for one machine and for a cluster. */
export interface TableDefinition {
  readonly name: string;
  /** Column → type, default and codec, in ClickHouse's words. */
  readonly columns: Readonly<Record<string, string>>;
  /** Name → `expression TYPE kind(…) GRANULARITY n`. */
  readonly indexes: Readonly<Record<string, string>>;
  /** Rows of a granule; 8,192 unless it says otherwise. */
  readonly granularity?: number;
  readonly partitionBy: string;
  readonly orderBy: string;
  /** Which shard a row lies on, in a cluster: rows with the same value on the same one. */
  readonly shardBy: string;
}

/** What a migration of the store of events may do. Each is said so that doing it again changes nothing. */
export type StoreStep =
  | { readonly does: "create"; readonly table: TableDefinition }
  | { readonly does: "add column"; readonly table: string; readonly name: string; readonly type: string }
  | { readonly does: "add index"; readonly table: string; readonly name: string; readonly index: string };

/**
 * The statements of a step. Without a cluster a table is a MergeTree; with one it is `NAME_local` on each server,
 * replicated by Keeper, and `NAME` distributed over them, so that whoever asks or inserts says `NAME` in both.
 */
export function stepSql(step: StoreStep, cluster: string | undefined): string[] {
  if (cluster !== undefined && !clusterName.test(cluster))
    throw new RangeError(`not the name of a cluster: ${cluster}`);
  const on = cluster === undefined ? "" : ` ON CLUSTER ${cluster}`;
  if (step.does === "create") return createSql(step.table, cluster);
  if (step.does === "add index")
    return [`ALTER TABLE ${localName(step.table, cluster)}${on} ADD INDEX IF NOT EXISTS ${step.name} ${step.index}`];
  const add = `ADD COLUMN IF NOT EXISTS ${step.name} ${step.type}`;
  return [
    `ALTER TABLE ${localName(step.table, cluster)}${on} ${add}`,
    ...(cluster === undefined ? [] : [`ALTER TABLE ${step.table}${on} ${add}`]),
  ];
}

/** The table that holds the rows: what is to be deleted or dropped is named so. */
export function localName(table: string, cluster: string | undefined): string {
  return cluster === undefined ? table : `${table}_local`;
}

function createSql(table: TableDefinition, cluster: string | undefined): string[] {
  const { name, partitionBy, orderBy, shardBy, granularity } = table;
  const engine = "MergeTree";
  const parts = [
    ...Object.entries(table.columns).map(([column, type]) => `  ${column} ${type}`),
    ...Object.entries(table.indexes).map(([index, says]) => `  INDEX ${index} ${says}`),
  ];
  const body = (of: string) =>
    `(\n${parts.join(",\n")}\n)\nENGINE = ${of}\nPARTITION BY ${partitionBy}\nORDER BY ${orderBy}\n${durable}${granularity === undefined ? "" : `, index_granularity = ${granularity}`}`;
  if (cluster === undefined) return [`CREATE TABLE IF NOT EXISTS ${name}\n${body(engine)}`];
  const replicated = `Replicated${engine}('/clickhouse/tables/{shard}/{database}/${name}_local', '{replica}')`;
  return [
    `CREATE TABLE IF NOT EXISTS ${name}_local ON CLUSTER ${cluster}\n${body(replicated)}`,
    `CREATE TABLE IF NOT EXISTS ${name} ON CLUSTER ${cluster} AS ${name}_local\nENGINE = Distributed(${cluster}, currentDatabase(), ${name}_local, ${shardBy})`,
  ];
}

/** A server's own default is not to wait for the disk, which would lose acknowledged rows in a crash. */
const durable = "SETTINGS fsync_after_insert = 1, fsync_part_directory = 1";

const clusterName = /^[A-Za-z_]\w{0,63}$/;
