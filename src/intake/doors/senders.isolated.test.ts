import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { after, test } from "node:test";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { Client } from "@elastic/elasticsearch";
import { OTLPLogExporter as HttpExporter } from "@opentelemetry/exporter-logs-otlp-http";
import { OTLPLogExporter as ProtoExporter } from "@opentelemetry/exporter-logs-otlp-proto";
import { BatchLogRecordProcessor, LoggerProvider } from "@opentelemetry/sdk-logs";
import { refusals } from "#kernel";
import { openIntake } from "../testing/open-intake.ts";

const busy = refusals("watch", { busy: { status: 429, says: "Busy." } });

test("curl sends Splunk's envelopes and raw lines, and hears Splunk's own words", async (t) => {
  await using house = await openIntake();
  const curl = async (path: string, data: string, ...more: string[]) => {
    const args = ["-sS", "-H", "Authorization: Splunk hec", "-d", data, ...more, `${house.url}${path}`];
    const { stdout } = await promisify(execFile)("curl", args);
    return JSON.parse(stdout) as unknown;
  };
  try {
    await curl("/services/collector/health", "", "-G");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return t.skip("curl is not installed");
    throw error;
  }
  const two = '{"time":1769832000.5,"host":"web-1","sourcetype":"app","event":{"user":"a"}}{"event":"plain text"}';
  assert.deepEqual(await curl("/services/collector/event", two), { text: "Success", code: 0 });
  assert.deepEqual(await curl("/services/collector", '{"event":"x"}'), { text: "Success", code: 0 });
  assert.deepEqual(await curl("/services/collector/event", "{"), {
    text: "Invalid data format",
    code: 6,
    "invalid-event-number": 0,
  });
  assert.deepEqual(await curl("/services/collector/event", "", "-X", "POST"), { text: "No data", code: 5 });
  const raw = "<13>Jan 31 04:00:00 host app: hello\n<13>Jan 31 04:00:01 host app: again\n";
  assert.deepEqual(await curl("/services/collector/raw?sourcetype=syslog&channel=c1", raw), {
    text: "Success",
    code: 0,
    ackId: 0,
  });
  assert.deepEqual(
    await curl("/services/collector/ack?channel=c1", '{"acks":[0,7]}', "-H", "Content-Type: application/json"),
    { acks: { 0: true, 7: false } },
  );
  assert.deepEqual(await curl("/services/collector/health", "", "-G"), { text: "HEC is healthy", code: 17 });
  const [first, second] = house.reading.records;
  assert.deepEqual(first?.body, {
    user: "a",
    time: 1769832000.5,
    host: "web-1",
    _hec: { host: "web-1", sourcetype: "app", time: 1769832000.5 },
  });
  assert.equal(second?.body["message"], "plain text");
  const last = house.reading.records.at(-1);
  assert.deepEqual([last?.format, last?.body["message"], last?.source], ["syslog", "again", "hec"]);
  assert.equal(house.reading.deliveries.at(-1)?.facts?.["sourcetype"], "syslog");
});

test("a full way is Splunk's 503 with Retry-After, Elastic's and OTLP's 429, and nothing is taken", async () => {
  await using house = await openIntake({
    hold: () => {
      throw busy("busy", { retryAfter: 3 });
    },
  });
  const post = (path: string, body: string, type: string) =>
    house.ask(path, { as: "s", method: "POST", body, headers: { "content-type": type } });
  const answers = await Promise.all([
    post("/services/collector/event", '{"event":1}', "application/json"),
    post("/_bulk", '{"create":{"_index":"a"}}\n{}\n', "application/x-ndjson"),
    post(
      "/v1/logs",
      '{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":{"stringValue":"x"}}]}]}]}',
      "application/json",
    ),
  ]);
  assert.deepEqual(
    answers.map(({ status }) => status),
    [503, 429, 429],
  );
  for (const { headers } of answers) assert.equal(headers.get("retry-after"), "3");
  assert.equal(house.reading.records.length, 0);
});

test("the official Elasticsearch client sends in bulk and reads what became of each document", async () => {
  await using house = await openIntake();
  const client = new Client({ node: house.url, auth: { apiKey: "elastic" }, compression: true });
  after(() => client.close());
  const documents = Array.from({ length: 500 }, (_, n) => ({
    "@timestamp": "2026-01-31T04:00:00Z",
    message: `event ${n}`,
    n,
  }));
  const result = await client.helpers.bulk({
    datasource: documents,
    onDocument: () => ({ create: { _index: "logs-app-default" } }),
  });
  assert.deepEqual([result.successful, result.failed, result.total], [500, 0, 500]);
  assert.deepEqual(
    house.reading.records.map(({ body }) => body),
    documents.map((document) => ({ ...document, _index: "logs-app-default" })),
  );
  const mixed = await client.bulk({
    operations: [{ index: { _index: "a", _id: "1" } }, { x: 1 }, { delete: { _index: "a", _id: "1" } }],
  });
  assert.equal(mixed.errors, true);
  assert.equal(mixed.items[0]?.index?.status, 201);
  assert.equal(mixed.items[0]?.index?._id, "1");
  assert.equal(mixed.items[1]?.delete?.error?.type, "illegal_argument_exception");
  const license = await client.transport.request({ method: "GET", path: "/_license" });
  assert.deepEqual((license as { license: { type: string } }).license.type, "basic");
});

test("OpenTelemetry's own exporters send log records in JSON and in Protocol Buffers, and both are the same events", async () => {
  await using house = await openIntake();
  for (const Exporter of [HttpExporter, ProtoExporter]) {
    const name = Exporter === HttpExporter ? "json" : "proto";
    const exporter = new Exporter({ url: `${house.url}/v1/logs`, headers: { authorization: `Bearer ${name}` } });
    const provider = new LoggerProvider({ processors: [new BatchLogRecordProcessor({ exporter })] });
    const logger = provider.getLogger("shop", "1.2");
    for (let n = 0; n < 20; n += 1)
      logger.emit({
        timestamp: [1_769_832_000 + n, 123_456_789],
        severityNumber: 17,
        severityText: "ERROR",
        body: n % 2 === 0 ? `message ${n}` : { user: "a", n, deep: { list: [1, "x", true, 1.5] } },
        attributes: { "http.status": 500 + n, tags: ["a", "b"] },
      });
    await provider.forceFlush();
    await provider.shutdown();
  }
  const of = (source: string) =>
    house.reading.records
      .filter((record) => record.source === source)
      .map(({ body: { _otlp: otlp, ...body } }) => {
        const { observedTime: _, resource: __, ...rest } = otlp as Record<string, unknown>;
        return { ...body, ...rest };
      });
  assert.equal(of("json").length, 20);
  assert.deepEqual(of("json"), of("proto"));
  assert.deepEqual(of("proto")[1], {
    user: "a",
    n: 1,
    deep: { list: [1, "x", true, 1.5] },
    "http.status": 501,
    tags: ["a", "b"],
    time: "2026-01-31T04:00:01.123456789Z",
    scope: { name: "shop", version: "1.2" },
    severityNumber: 17,
    severityText: "ERROR",
  });
});

test("bytes that are no OTLP are refused in the sender's own encoding", async () => {
  await using house = await openIntake();
  const post = (body: string | Uint8Array<ArrayBuffer>, type: string) =>
    house.ask("/v1/logs", { as: "s", method: "POST", body, headers: { "content-type": type } });
  const json = await post('{"resourceLogs":[1]}', "application/json");
  assert.equal(json.status, 400);
  assert.equal(((await json.json()) as { code: number }).code, 3);
  const proto = await post(new Uint8Array([0x0a, 0xff, 0x01, 0x02]), "application/x-protobuf");
  assert.equal(proto.status, 400);
  assert.equal(proto.headers.get("content-type"), "application/x-protobuf");
  assert.equal((await post("x", "text/plain")).status, 415);
  const packed = await house.ask("/v1/logs", {
    as: "s",
    method: "POST",
    body: gzipSync("{}"),
    headers: { "content-type": "application/json", "content-encoding": "gzip" },
  });
  assert.deepEqual(await packed.json(), {});
});
