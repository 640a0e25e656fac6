/** What other rooms' tests may use of this room's: the makers, started for a test and gone with it. */
export { type RecordsMaker, recordsMakers, type TestMaker } from "../records/testing/records-makers.ts";
export { startS3, type TestS3 } from "../blobs/testing/s3-server.ts";
export { skipNats, startNats, type TestNats } from "../streams/testing/nats.ts";
export { skipPostgres, startPostgres, type TestPostgres } from "../records/testing/postgres.ts";
export { startClickHouse, type TestClickHouse } from "../events/testing/clickhouse.ts";
