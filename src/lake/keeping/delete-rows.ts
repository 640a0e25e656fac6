import type { Condition } from "../core/condition.ts";
import { localName } from "../store/table-ddl.ts";
import type { KeptTable } from "../tables.ts";
import type { KeepingParts } from "./keeping-parts.ts";

export interface StoredPartition {
  /** As ClickHouse numbers it: `20260731`. */
  readonly id: string;
  readonly rows: number;
}

type Parts = Pick<KeepingParts, "events" | "cluster">;

const limits = { seconds: 3600, rowsRead: 0, rowsGiven: 0 } as const;

/** A table's partitions, oldest first. */
export function partitionsOf({ events, cluster }: Parts, table: KeptTable): Promise<StoredPartition[]> {
  const from = cluster === undefined ? "system.parts" : `clusterAllReplicas(${cluster}, system.parts)`;
  return events.query<StoredPartition>(
    `select partition_id as id, sum(rows) as rows from ${from}
     where active and database = currentDatabase() and table = {table:String} group by id order by id`,
    { parameters: { table: localName(table, cluster) }, limits },
  );
}

/** How many rows of a partition, or of the whole table, are so. */
export async function countRows(
  { events }: Parts,
  table: KeptTable,
  conditions: Readonly<Record<string, Condition>>,
  partition?: string,
): Promise<Record<string, number>> {
  const names = Object.entries(conditions);
  const counts = names.map(([name, { sql }]) => `countIf(${sql}) as ${name}`).join(", ");
  const where = partition === undefined ? "" : "where _partition_id = {partition:String}";
  const parameters = Object.assign(
    {},
    ...names.map(([, condition]) => condition.parameters),
    partition !== undefined && { partition },
  ) as Condition["parameters"];
  const [row] = await events.query<Record<string, number>>(`select count() as rows, ${counts} from ${table} ${where}`, {
    parameters,
    limits,
  });
  return row ?? {};
}

export async function dropPartition({ events, cluster }: Parts, table: KeptTable, partition: string): Promise<void> {
  await events.command(
    `alter table ${localName(table, cluster)}${onCluster(cluster)} drop partition id {partition:String}`,
    {
      parameters: { partition },
    },
  );
}

/** Resolves once no part holds the rows any more, on any replica. */
export async function deleteRows(
  { events, cluster }: Parts,
  table: KeptTable,
  { sql, parameters }: Condition,
  partition: string,
): Promise<void> {
  await events.command(
    `alter table ${localName(table, cluster)}${onCluster(cluster)} delete in partition id {partition:String} where ${sql} settings mutations_sync = 2`,
    { parameters: { ...parameters, partition } },
  );
}

function onCluster(cluster: string | undefined): string {
  return cluster === undefined ? "" : ` on cluster ${cluster}`;
}
