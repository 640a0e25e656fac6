import { randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import type { ClickHouseClientConfigOptions } from "@clickhouse/client";
import type { ChdbEngine, Statement } from "./chdb-engine.ts";
import { parameterText } from "./parameter-text.ts";

type ClientConnection = NonNullable<ClickHouseClientConfigOptions["connection"]>;
type QueryRequest = Parameters<ClientConnection["query"]>[0];

/** The engine as `@clickhouse/client` sees a server: its connection hook. See `Statement.ahead`. */
export function chdbConnection(engine: ChdbEngine, ahead = false): ClientConnection {
  return {
    async query(request) {
      const format = /\bFORMAT (\w+)$/.exec(request.query)?.[1] ?? "JSONEachRow";
      const stream = Readable.from(await engine.read({ ...statementOf(request), ahead }, format), {
        objectMode: false,
      });
      // The client destroys a result that nobody read; without a listener that would end the process.
      stream.on("error", () => undefined);
      return { ...answerTo(request), stream };
    },
    async command(request) {
      await engine.run(statementOf(request));
      return answerTo(request);
    },
    async insert(request) {
      await insert(engine, request, request.values);
      return answerTo(request);
    },
    /** Only as `insertLines` asks: the client's own insert takes no rows that are spelled already. */
    async exec(request) {
      if (!request.values) throw new TypeError("exec is offered for inserts; use command or query");
      await insert(engine, request, request.values);
      return { ...answerTo(request), stream: Readable.from([]) };
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

async function insert(engine: ChdbEngine, request: QueryRequest, values: string | Readable): Promise<void> {
  const [, table = "", columns] = insertSql.exec(request.query) ?? [];
  if (table === "") throw new TypeError(`the engine takes inserts of JSONEachRow, not: ${request.query}`);
  await engine.insert({
    table,
    body: typeof values === "string" ? Buffer.from(values) : await bytesOf(values),
    ...(columns !== undefined && { columns: columns.split(",").map((column) => column.trim()) }),
    ...(request.clickhouse_settings && { settings: request.clickhouse_settings as Statement["settings"] & object }),
    ...(request.abort_signal && { signal: request.abort_signal }),
  });
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

async function bytesOf(stream: Readable): Promise<Buffer> {
  const chunks = (await stream.toArray()) as (string | Buffer)[];
  const [first] = chunks;
  // One chunk is what `insertLines` sends: megabytes that need no second copy.
  if (chunks.length === 1 && Buffer.isBuffer(first)) return first;
  return Buffer.concat(chunks.map((chunk) => (typeof chunk === "string" ? Buffer.from(chunk) : chunk)));
}
