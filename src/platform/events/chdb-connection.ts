import { randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import type { ClickHouseClientConfigOptions } from "@clickhouse/client";
import type { ChdbEngine, Statement } from "./chdb-engine.ts";
import { parameterText } from "./parameter-text.ts";

type ClientConnection = NonNullable<ClickHouseClientConfigOptions["connection"]>;
type QueryRequest = Parameters<ClientConnection["query"]>[0];

/** The engine as `@clickhouse/client` sees a server: its connection hook. */
export function chdbConnection(engine: ChdbEngine): ClientConnection {
  return {
    async query(request) {
      const format = /\bFORMAT (\w+)$/.exec(request.query)?.[1] ?? "JSONEachRow";
      const stream = Readable.from(await engine.read(statementOf(request), format), { objectMode: false });
      // The client destroys a result that nobody read; without a listener that would end the process.
      stream.on("error", () => undefined);
      return { ...answerTo(request), stream };
    },
    async command(request) {
      await engine.run(statementOf(request));
      return answerTo(request);
    },
    async insert(request) {
      const [, table = "", columns] = insertSql.exec(request.query) ?? [];
      if (table === "") throw new TypeError(`the engine takes inserts of JSONEachRow, not: ${request.query}`);
      await engine.insert({
        table,
        body: Buffer.from(typeof request.values === "string" ? request.values : await textOf(request.values)),
        ...(columns !== undefined && { columns: columns.split(",").map((column) => column.trim()) }),
        ...(request.clickhouse_settings && { settings: request.clickhouse_settings as Statement["settings"] & object }),
        ...(request.abort_signal && { signal: request.abort_signal }),
      });
      return answerTo(request);
    },
    async exec() {
      throw new TypeError("exec is not offered; use command, insert or query");
    },
    async ping() {
      try {
        for await (const _ of await engine.read({ sql: "SELECT 1" }, "JSONEachRow"));
        return { success: true };
      } catch (error) {
        return { success: false, error: error as Error };
      }
    },
    close: () => engine[Symbol.asyncDispose](),
  };
}

/** As the client spells an insert. */
const insertSql = /^INSERT INTO (\S+)(?: \(([^()]*)\))? FORMAT JSONEachRow$/;

function statementOf({ query, query_params, clickhouse_settings, abort_signal }: QueryRequest): Statement {
  const parameters = Object.entries(query_params ?? {}).map(([name, value]) => [name, parameterText(value)]);
  return {
    sql: query,
    parameters: Object.fromEntries(parameters) as Record<string, string>,
    ...(clickhouse_settings && { settings: clickhouse_settings as NonNullable<Statement["settings"]> }),
    ...(abort_signal && { signal: abort_signal }),
  };
}

function answerTo({ query_id }: { query_id?: string }) {
  return { query_id: query_id ?? randomUUID(), response_headers: {}, http_status_code: 200 };
}

async function textOf(stream: Readable): Promise<string> {
  return Buffer.concat(await stream.map((chunk: string | Buffer) => Buffer.from(chunk as string)).toArray()).toString();
}
