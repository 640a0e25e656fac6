/**
 * ClickHouse's HTTP interface over chDB, for tests: what `@clickhouse/client` needs of
 * https://clickhouse.com/docs/interfaces/http. Run as a process of its own, `clickhouse-server.ts FOLDER`; writes its
 * port on a line; ends with its standard input.
 */
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { createGzip, gunzipSync } from "node:zlib";
import { ClickHouseError } from "@clickhouse/client";
import { ChdbEngine, type Statement } from "../chdb-engine.ts";

const [folder = ""] = process.argv.slice(2);
const engine = await ChdbEngine.open(folder, 1024 ** 3);
const credentials = `Basic ${Buffer.from("meridian:pass:word").toString("base64")}`;
const exceptionTag = "qwertyuiopasdfgh";

/** Bytes of a URL that ClickHouse takes: http_max_uri_size. Parameters of queries are in it. */
const maxHeaderSize = 1024 * 1024;

const server = createServer({ maxHeaderSize }, (request, response) => {
  answer(request, response).catch((error: unknown) => {
    response.destroy(error instanceof Error ? error : undefined);
  });
});
server.listen(0, "127.0.0.1");
await once(server, "listening");
process.stdout.write(`${(server.address() as AddressInfo).port}\n`);
process.stdin.resume().once("close", () => process.exit());

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? "/", "http://localhost");
  if (url.pathname === "/ping") return void response.end("Ok.\n");
  if (request.headers.authorization !== credentials) return refuse(response, 403, authenticationFailed);
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  const sent = await buffer(request);
  const body = request.headers["content-encoding"] === "gzip" ? gunzipSync(sent) : sent;
  const query = url.searchParams.get("query");
  try {
    if (query !== null) await insert(query, body, url, gone.signal);
    else if (url.searchParams.get("readonly") === "1")
      return await read(statementOf(body.toString(), url, gone.signal), response, request);
    else await engine.run(statementOf(body.toString(), url, gone.signal));
    response.end();
  } catch (error) {
    refuse(response, 500, error);
  }
}

async function insert(query: string, body: Buffer, url: URL, signal: AbortSignal): Promise<void> {
  const [, table = ""] = /^INSERT INTO (\S+) FORMAT JSONEachRow$/.exec(query) ?? [];
  const { settings } = statementOf(query, url, signal);
  await engine.insert({ table, body, signal, ...(settings && { settings }) });
}

async function read(statement: Statement, response: ServerResponse, request: IncomingMessage): Promise<void> {
  const rows = await engine.read(statement, "JSONEachRow");
  const zipped = request.headers["accept-encoding"] === "gzip";
  response.setHeader("X-ClickHouse-Exception-Tag", exceptionTag);
  if (zipped) response.setHeader("Content-Encoding", "gzip");
  const told = withException(rows);
  await (zipped ? pipeline(told, createGzip(), response) : pipeline(told, response));
}

/** An error after the first bytes is told at their end, between marks that no row can hold. */
async function* withException(rows: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* rows;
  } catch (error) {
    const message = `${spell(error)}\n`;
    yield Buffer.from(
      `\r\n__exception__\r\n${exceptionTag}\r\n${message}${Buffer.byteLength(message)} ${exceptionTag}\r\n__exception__\r\n`,
    );
  }
}

function refuse(response: ServerResponse, status: number, error: unknown): void {
  const code = error instanceof ClickHouseError ? error.code : "1001";
  response.writeHead(status, { "X-ClickHouse-Exception-Code": code }).end(spell(error));
}

function spell(error: unknown): string {
  if (!(error instanceof ClickHouseError)) return `Code: 1001. DB::Exception: ${String(error)}. (STD_EXCEPTION)`;
  return `Code: ${error.code}. DB::Exception: ${error.message} (${error.type}) (version 26.7.2.1 (official build))`;
}

const authenticationFailed = new ClickHouseError({
  code: "516",
  type: "AUTHENTICATION_FAILED",
  message: "meridian: Authentication failed",
});

const notSettings = new Set(["database", "query", "query_id", "session_id", "role"]);

function statementOf(sql: string, url: URL, signal: AbortSignal): Statement {
  const given = [...url.searchParams].filter(([name]) => !notSettings.has(name));
  const parameters = given.filter(([name]) => name.startsWith("param_")).map(([name, value]) => [name.slice(6), value]);
  const settings = given.filter(([name]) => !name.startsWith("param_"));
  return { sql, signal, parameters: Object.fromEntries(parameters), settings: Object.fromEntries(settings) };
}
