import { type Dialect, PostgresDialect, type PostgresPool } from "kysely";
import pg from "pg";
import type { Clock } from "../clock.ts";
import type { OnRetry } from "../retry.ts";
import { holdInPostgres } from "./hold-in-postgres.ts";
import { KyselyRecords } from "./kysely-records.ts";
import { checkParameter } from "./parameter.ts";
import { postgresTypes } from "./postgres-types.ts";
import type { Records } from "./records.ts";

export interface PostgresOptions {
  /** `postgres://user:password@host/database`. */
  readonly url: string;
  readonly clock: Clock;
  /** Connections for writing, and as many again for reading. */
  readonly connections?: number;
  readonly onRetry?: OnRetry;
}

/** Records in PostgreSQL 15 or newer. Throws when the server cannot be reached or is too old. */
export async function openPostgresRecords({ url, clock, connections = 8, onRetry }: PostgresOptions): Promise<Records> {
  const records = new KyselyRecords({
    maker: "postgres",
    clock,
    reading: dialect(url, connections, "-c default_transaction_read_only=on"),
    // Never off, whatever the server's own default: an acknowledged record is on disk.
    writing: dialect(url, connections, "-c synchronous_commit=on"),
    lostToAnother,
    onRetry,
    hold: (name, signal) => holdInPostgres(url, clock, name, signal),
  });
  try {
    await assertVersion(records);
  } catch (error) {
    await records[Symbol.asyncDispose]();
    throw error;
  }
  return records;
}

function dialect(url: string, max: number, options: string): Dialect {
  return new PostgresDialect({
    pool: async () => {
      const pool = new pg.Pool({ connectionString: url, max, types: postgresTypes, options });
      // A connection that dies fails what was asked on it and is replaced; without listeners it would end the process.
      pool.on("error", () => undefined);
      pool.on("connect", (client) => client.on("error", () => undefined));
      return guarded(pool);
    },
  });
}

/** A pool whose clients take only parameters that both databases keep unchanged. */
function guarded(pool: pg.Pool): PostgresPool {
  return {
    options: pool.options,
    end: () => pool.end(),
    async connect() {
      const client = await pool.connect();
      const query = async (text: unknown, parameters: readonly unknown[] = []) => {
        if (typeof text !== "string") throw new TypeError("the platform reads no PostgreSQL cursors");
        return client.query(text, parameters.map(checkParameter));
      };
      const release = (destroy?: boolean) => client.release(destroy);
      return { query, release } as unknown as Awaited<ReturnType<PostgresPool["connect"]>>;
    },
  };
}

/** https://www.postgresql.org/docs/current/errcodes-appendix.html: serialization_failure, deadlock_detected. */
function lostToAnother(error: unknown): boolean {
  return error instanceof pg.DatabaseError && (error.code === "40001" || error.code === "40P01");
}

async function assertVersion(records: KyselyRecords): Promise<void> {
  const row = await records
    .tables<{ pg_settings: { name: string; setting: string } }>()
    .selectFrom("pg_settings")
    .select("setting")
    .where("name", "=", "server_version_num")
    .executeTakeFirstOrThrow();
  if (Number(row.setting) < 150_000)
    throw new Error(`PostgreSQL 15 or newer is needed; the server says ${row.setting}. Upgrade it.`);
}
