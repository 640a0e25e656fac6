import { fork } from "node:child_process";
import { once } from "node:events";
import type { JsonObject } from "../../event.ts";
import { eventColumnsDefinition } from "../sql-table.ts";
import { storedEvent } from "../stored-event.ts";

export interface Question {
  readonly number: number;
  readonly sql: string;
  /** With `rows`: inserts these lines of JSON instead of running `sql`. */
  readonly table?: string;
  readonly rows?: string;
}

export type Answer =
  | { readonly ready: string }
  | { readonly missing: string }
  | { readonly number: number; readonly text: string }
  | { readonly number: number; readonly failed: string };

export interface ClickHouse extends AsyncDisposable {
  /** Tab-separated text. */
  query(sql: string): Promise<string>;
  /**
   * Makes (or makes anew) a table of stored events: `n`, their number from 0, `kind`, the columns of `eventColumns`, and
   * what `definitions` adds.
   */
  store(table: string, events: readonly StoredBody[], definitions?: readonly string[]): Promise<void>;
}

export interface StoredBody {
  readonly body: JsonObject;
  readonly kind?: string;
  /** Its JSON text, for a column `raw` among the `definitions`. */
  readonly raw?: string;
}

/** The embedded ClickHouse in a child process; the reason, when this platform has none. */
export async function startClickHouse(): Promise<ClickHouse | { readonly missing: string }> {
  const child = fork(new URL("clickhouse-child.ts", import.meta.url), {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const waiting = new Map<number, (answer: Answer) => void>();
  const [first] = (await Promise.race([
    once(child, "message"),
    once(child, "exit").then(([code, signal]) => [{ missing: `it ended at its start: ${code ?? signal}` }]),
  ])) as [Answer];
  if ("missing" in first) return first;
  let asked = 0;
  child.on("message", (answer: Answer) => {
    if ("number" in answer) waiting.get(answer.number)?.(answer);
  });
  child.once("exit", (code, signal) => {
    for (const [number, settle] of waiting) settle({ number, failed: `ClickHouse ended: ${code ?? signal}` });
  });

  async function ask(question: Omit<Question, "number">): Promise<string> {
    const number = asked++;
    const answer = await new Promise<Answer>((settle) => {
      waiting.set(number, settle);
      child.send({ number, ...question });
    });
    waiting.delete(number);
    if ("text" in answer) return answer.text;
    throw new Error(
      `${"failed" in answer ? answer.failed.slice(0, 2000) : "no answer"}\nasked: ${question.sql.slice(0, 4000)}`,
    );
  }

  return {
    query: (sql) => ask({ sql }),
    async store(table, events, definitions = []) {
      const columns = ["n UInt32", "kind LowCardinality(String)", eventColumnsDefinition, ...definitions];
      await ask({ sql: `DROP TABLE IF EXISTS ${table}` });
      await ask({ sql: `CREATE TABLE ${table} (${columns.join(", ")}) ENGINE = MergeTree ORDER BY n` });
      const rows = events.map(({ body, kind = "", raw }, n) =>
        JSON.stringify({ n, kind, ...storedEvent(body), ...(raw !== undefined && { raw }) }),
      );
      if (rows.length > 0) await ask({ sql: `INSERT INTO ${table}`, table, rows: rows.join("\n") });
    },
    async [Symbol.asyncDispose]() {
      if (child.connected) child.disconnect();
      if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    },
  };
}
