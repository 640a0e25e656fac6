/** The outside world: each thing with two makers, one interface, one conformance suite. */
export { type Clock, settableClock, type SettableClock, systemClock } from "./clock.ts";
export { type DataFolder, DataFolderError, type DataFolderProblem, openDataFolder } from "./data-folder.ts";
export type { PartHealth } from "./health.ts";
export type { Column, ColumnType } from "./records/column.ts";
export { brokenConstraint, type Constraint } from "./records/constraint.ts";
export { MigrationError, type MigrationProblem } from "./records/migrate.ts";
export {
  addColumn,
  createIndex,
  createTable,
  drop,
  type Index,
  type Migration,
  readMigrations,
  run,
  type Step,
  type Table,
} from "./records/migration.ts";
export {
  announce,
  type Announcement,
  type DeadLetter,
  type DeliveryPolicy,
  firstTime,
  type Handler,
  type Outbox,
} from "./records/outbox.ts";
export { openPostgresRecords } from "./records/postgres-records.ts";
export type { Door, Reader, Reading, Records } from "./records/records.ts";
export { openSqliteRecords } from "./records/sqlite-records.ts";
export type { Tx } from "./records/tx.ts";
export { backoff } from "./retry.ts";
export { openChdbEvents } from "./events/chdb-events.ts";
export { openClickHouseEvents } from "./events/clickhouse-events.ts";
export {
  type CommandOptions,
  type EventRow,
  type Events,
  EventsError,
  type EventsProblem,
  type QueryLimits,
  queryLimits,
  type QueryOptions,
  type QueryParameters,
} from "./events/events.ts";
export { answerTasks, Moving } from "./pool/answer-tasks.ts";
export { createPool, type Pool, PoolFull, type PoolOptions, type RunOptions, WorkerCrash } from "./pool/pool.ts";
export { openJetStreams } from "./streams/jetstream-streams.ts";
export { openMemoryStreams } from "./streams/memory-streams.ts";
export { type Delivery, mostMessageBytes, type Stream, type StreamPlan, type Streams } from "./streams/streams.ts";
export {
  type BlobBody,
  type BlobFacts,
  type BlobReading,
  type Blobs,
  type ByteRange,
  contentKey,
  type PutOutcome,
} from "./blobs/blobs.ts";
export { openFolderBlobs } from "./blobs/folder-blobs.ts";
export { openS3Blobs, S3Error, type S3Options } from "./blobs/s3-blobs.ts";
