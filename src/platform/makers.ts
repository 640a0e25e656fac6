/**
 * The makers, each loading its packages when it is opened and not before: the engine of chDB alone takes 150 MB of
 * memory, and a program that only reads rules needs none of them.
 */
import type { Blobs } from "./blobs/blobs.ts";
import type { S3Options } from "./blobs/s3-blobs.ts";
import type { Clock } from "./clock.ts";
import type { ChdbOptions } from "./events/chdb-events.ts";
import type { ClickHouseOptions } from "./events/clickhouse-events.ts";
import type { Events } from "./events/events.ts";
import type { PostgresOptions } from "./records/postgres-records.ts";
import type { Records } from "./records/records.ts";
import type { JetStreamOptions } from "./streams/jetstream-streams.ts";
import type { Streams } from "./streams/streams.ts";

/** See ./records/sqlite-records.ts. */
export async function openSqliteRecords(options: { readonly file: string; readonly clock: Clock }): Promise<Records> {
  return (await import("./records/sqlite-records.ts")).openSqliteRecords(options);
}

/** See ./records/postgres-records.ts. */
export async function openPostgresRecords(options: PostgresOptions): Promise<Records> {
  return (await import("./records/postgres-records.ts")).openPostgresRecords(options);
}

/** See ./events/chdb-events.ts. */
export async function openChdbEvents(options: ChdbOptions): Promise<Events> {
  return (await import("./events/chdb-events.ts")).openChdbEvents(options);
}

/** See ./events/clickhouse-events.ts. */
export async function openClickHouseEvents(options: ClickHouseOptions): Promise<Events> {
  return (await import("./events/clickhouse-events.ts")).openClickHouseEvents(options);
}

/** See ./streams/memory-streams.ts. */
export async function openMemoryStreams(options: { readonly clock: Clock }): Promise<Streams> {
  return (await import("./streams/memory-streams.ts")).openMemoryStreams(options);
}

/** See ./streams/jetstream-streams.ts. */
export async function openJetStreams(options: JetStreamOptions): Promise<Streams> {
  return (await import("./streams/jetstream-streams.ts")).openJetStreams(options);
}

/** See ./blobs/folder-blobs.ts. */
export async function openFolderBlobs(options: { readonly folder: string }): Promise<Blobs> {
  return (await import("./blobs/folder-blobs.ts")).openFolderBlobs(options);
}

/** See ./blobs/s3-blobs.ts. */
export async function openS3Blobs(options: S3Options): Promise<Blobs> {
  return (await import("./blobs/s3-blobs.ts")).openS3Blobs(options);
}
