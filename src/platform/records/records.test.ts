import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../clock.ts";
import { recordsConformance } from "./testing/records-conformance.ts";
import { openPostgresRecords } from "./postgres-records.ts";
import { openSqliteRecords } from "./sqlite-records.ts";
import { skipPostgres, startPostgres } from "./testing/postgres.ts";

recordsConformance(
  async () => {
    const folder = await mkdtemp(join(tmpdir(), "meridian-sqlite-"));
    let count = 0;
    const open = () => openSqliteRecords({ file: join(folder, `${count}.sqlite`), clock: systemClock });
    return {
      maker: "sqlite",
      open: () => ((count += 1), open()),
      reopen: open,
      stop: () => rm(folder, { recursive: true }),
    };
  },
  { name: "SQLite", skip: false },
);

recordsConformance(
  async () => {
    const server = await startPostgres();
    let url = "";
    return {
      maker: "postgres",
      open: async () => openPostgresRecords({ url: (url = await server.database()), clock: systemClock }),
      reopen: () => openPostgresRecords({ url, clock: systemClock }),
      stop: () => server[Symbol.asyncDispose](),
    };
  },
  { name: "PostgreSQL", skip: skipPostgres },
);
