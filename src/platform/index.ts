/** The outside world: each thing with two makers, one interface, one conformance suite. */
export { type Clock, settableClock, type SettableClock, systemClock } from "./clock.ts";
export { type DataFolder, DataFolderError, type DataFolderProblem, openDataFolder } from "./data-folder.ts";
export { every, type EveryOptions } from "./every.ts";
export { holdSnapshot, letSnapshotGo, type SnapshotOptions } from "./snapshot/hold-snapshot.ts";
export { type SnapshotEntry, walkSnapshot } from "./snapshot/walk-snapshot.ts";
export type { PartHealth } from "./health.ts";
export type { Column, ColumnType } from "./records/column.ts";
export { compareMigrations, type MigrationsApart } from "./records/compare-migrations.ts";
export { brokenConstraint, type Constraint } from "./records/constraint.ts";
export { MigrationError, type MigrationProblem } from "./records/migration-error.ts";
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
  type DeliveryOutcome,
  type DeliveryPolicy,
  firstTime,
  type Handler,
  type Outbox,
} from "./records/outbox.ts";
export type { Door, Held, Reader, Reading, Records } from "./records/records.ts";
export type { Tx } from "./records/tx.ts";
export { backoff } from "./retry.ts";
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
export { createPool, type Pool, PoolFull, type PoolOptions, type RunOptions } from "./pool/pool.ts";
export { WorkerCrash } from "./pool/worker-crash.ts";
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
export { S3Error } from "./blobs/s3-error.ts";
export { type Listing, readListing } from "./blobs/read-listing.ts";
export { readBlobsUrl } from "./read-blobs-url.ts";
export type { S3Options } from "./blobs/s3-blobs.ts";
export {
  createPlatform,
  type PartName,
  type Parts,
  type Platform,
  PlatformError,
  type PlatformOptions,
} from "./create-platform.ts";
export {
  openChdbEvents,
  openClickHouseEvents,
  openFolderBlobs,
  openJetStreams,
  openMemoryStreams,
  openPostgresRecords,
  openS3Blobs,
  openSqliteRecords,
} from "./makers.ts";
