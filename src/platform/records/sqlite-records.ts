import type { Clock } from "../clock.ts";
import { KyselyRecords } from "./kysely-records.ts";
import { nullOrderPlugin } from "./null-order-plugin.ts";
import type { Records } from "./records.ts";
import { sqliteDialect } from "./sqlite-driver.ts";

/**
 * Records in one SQLite file, made when missing: write-ahead log, fsync at every commit. Whoever opens it holds the
 * data folder's lock.
 */
export async function openSqliteRecords({ file, clock }: { file: string; clock: Clock }): Promise<Records> {
  const records = new KyselyRecords({
    maker: "sqlite",
    clock,
    reading: sqliteDialect({ file, access: "read" }),
    writing: sqliteDialect({ file, access: "write" }),
    plugins: [nullOrderPlugin],
    lostToAnother: () => false,
    // Whoever has the file open holds the data folder's lock: there is nobody else.
    async hold(_, signal) {
      signal.throwIfAborted();
      const lost = new AbortController();
      return { lost: lost.signal, [Symbol.asyncDispose]: async () => lost.abort() };
    },
  });
  return records;
}
