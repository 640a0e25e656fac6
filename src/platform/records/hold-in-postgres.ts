import pg from "pg";
import type { Clock } from "../clock.ts";
import type { Held } from "./records.ts";

/** Milliseconds between two tries to hold a name, and between two looks at whether it is still held. */
const tryEvery = 500;
const lookEvery = 2_000;
/** Past it a question counts as unanswered, and the name as lost. Milliseconds. */
const answerWithin = 4_000;
/** The server notices within some ten seconds that a machine has gone without a word; of a process that ended, at once. */
const options = "-c tcp_keepalives_idle=4 -c tcp_keepalives_interval=2 -c tcp_keepalives_count=3";

/**
 * Holds a name by an advisory lock of a session of its own, which the server frees when the session ends, however it
 * ends. Waits as long as others hold it; rejects when the signal aborts or the server cannot be asked.
 */
export async function holdInPostgres(url: string, clock: Clock, name: string, signal: AbortSignal): Promise<Held> {
  signal.throwIfAborted();
  const client = new pg.Client({
    connectionString: url,
    options,
    keepAlive: true,
    connectionTimeoutMillis: answerWithin,
    query_timeout: answerWithin,
  });
  const lost = new AbortController();
  const lose = () => lost.abort(new Error(`the session that held ${name} has ended`));
  client.on("error", lose).on("end", lose);
  const over = AbortSignal.any([signal, lost.signal]);
  try {
    await client.connect();
    while (!(await isHeld(client, name))) await clock.sleep(tryEvery, over);
    over.throwIfAborted();
  } catch (error) {
    await client.end().catch(() => undefined);
    throw error;
  }
  const looking = look(client, clock, lost).catch(lose);
  return {
    lost: lost.signal,
    async [Symbol.asyncDispose]() {
      lose();
      await looking;
      await client.end().catch(() => undefined);
    },
  };
}

async function isHeld(client: pg.Client, name: string): Promise<boolean> {
  const { rows } = await client.query<{ held: boolean }>(
    "select pg_try_advisory_lock(hashtextextended($1, 0)) as held",
    [name],
  );
  return rows[0]?.held === true;
}

/** Without an answer nobody knows whether the server still counts the session; then it is lost. */
async function look(client: pg.Client, clock: Clock, { signal }: AbortController): Promise<void> {
  while (!signal.aborted) {
    await client.query("select 1");
    await clock.sleep(lookEvery, signal);
  }
}
