import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { openChdbEvents } from "#platform";
import { makeTestToken, serveTest, type TestServer } from "./testing/serve.ts";

let folder = "";
let rules = "";
before(() => {
  folder = mkdtempSync(join(tmpdir(), "meridian-live-"));
  rules = join(folder, "rules");
  mkdirSync(rules);
  writeFileSync(join(rules, "whoami.yml"), rule("Whoami", "Image|endswith: '\\whoami.exe'"));
});
after(() => rmSync(folder, { recursive: true, force: true }));

function rule(title: string, asks: string): string {
  return `
title: ${title}
id: 00000000-0000-4000-8000-0000000000${title.length.toString().padStart(2, "0")}
level: high
logsource: { category: process_creation, product: windows }
detection: { selection: { ${asks} }, condition: selection }
`;
}

const event = (number: number, host = `ws-${number % 7}`, image = "C:\\Windows\\System32\\whoami.exe") => ({
  "@timestamp": new Date().toISOString(),
  Channel: "Microsoft-Windows-Sysmon/Operational",
  Provider_Name: "Microsoft-Windows-Sysmon",
  EventID: 1,
  Computer: host,
  EventRecordID: number,
  Image: image,
  CommandLine: `${image} ${number}`,
});
const lines = (events: readonly object[]) => events.map((one) => `${JSON.stringify(one)}\n`).join("");

interface TestAlert {
  readonly id: string;
  readonly entity: string;
  readonly title: string;
  readonly rule: string;
  readonly state: string;
  readonly findings: number;
}

/** What any of the answers asked for here may hold. */
interface Body extends TestAlert {
  readonly alerts: readonly TestAlert[];
  readonly next?: string;
  readonly alert: TestAlert;
  readonly found: readonly { readonly event: { readonly EventRecordID: number } }[];
  readonly verdict?: string;
  readonly assignee?: string;
  readonly sets: readonly { readonly id: string; readonly kind: string }[];
  readonly rules: readonly { readonly title: string }[];
}

function client(server: TestServer, token: string) {
  return async (method: string, path: string, body?: string, type = "application/json") => {
    const answer = await fetch(`${server.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body !== undefined && { "content-type": type }) },
      ...(body !== undefined && { body }),
    });
    const text = await answer.text();
    return {
      status: answer.status,
      retryAfter: answer.headers.get("retry-after"),
      body: JSON.parse(text === "" ? "{}" : text) as Body,
    };
  };
}

async function until<Result>(look: () => Promise<Result | undefined>): Promise<Result> {
  for (let tries = 0; tries < 600; tries++) {
    const found = await look();
    if (found !== undefined) return found;
    await delay(100);
  }
  return assert.fail("it never came to be");
}

test("from a token to an alert: what is acknowledged has its alert, and people handle it", async () => {
  const data = join(folder, "first");
  const server = await serveTest(data, { MERIDIAN_RULES: rules });
  const send = client(server, makeTestToken(data, "--source", "edge"));
  const ask = client(server, makeTestToken(data, "--role", "responder"));
  const body = lines([event(1, "ws-1"), event(2, "ws-2"), event(3, "ws-1")]);
  for (const _ of [1, 2]) {
    const sent = await send("POST", "/api/ingest/edge", body, "application/x-ndjson");
    assert.deepEqual([sent.status, sent.body], [200, { accepted: 3, rejected: 0, errors: [] }]);
  }
  const { alerts } = (await ask("GET", "/api/alerts?level=high,critical&state=open")).body;
  assert.deepEqual(alerts.map(({ entity, findings, title }) => [entity, findings, title]).sort(), [
    ["host:ws-1", 2, "Whoami"],
    ["host:ws-2", 1, "Whoami"],
  ]);
  const page = await ask("GET", "/api/alerts?limit=1");
  const rest = await ask("GET", `/api/alerts?limit=1&after=${page.body.next}`);
  assert.deepEqual(new Set([page, rest].map(({ body }) => body.alerts[0]?.id)).size, 2);
  const { id } = alerts.find((alert) => alert.entity === "host:ws-1")!;
  const read = (await ask("GET", `/api/alerts/${id}`)).body;
  assert.deepEqual(read.found.map((finding) => finding.event.EventRecordID).sort(), [1, 3]);
  assert.equal((await ask("POST", `/api/alerts/${id}/acknowledge`)).body.state, "acknowledged");
  assert.equal((await ask("POST", `/api/alerts/${id}/assign`, '{"assignee":"ada"}')).body.assignee, "ada");
  const closed = await ask("POST", `/api/alerts/${id}/close`, '{"verdict":"benign","reason":"a drill"}');
  assert.deepEqual([closed.body.state, closed.body.verdict], ["closed", "benign"]);
  assert.equal((await ask("POST", `/api/alerts/${id}/acknowledge`)).status, 409);
  assert.equal((await ask("POST", `/api/alerts/${id}/reopen`)).body.state, "open");

  const excepted = { condition: { CommandLine: "* 9" }, owner: "me", reason: "known", rule: read.alert.rule };
  assert.equal((await ask("POST", "/api/exceptions", JSON.stringify(excepted))).status, 201);
  await send("POST", "/api/ingest/edge", lines([event(9, "ws-9")]), "application/x-ndjson");
  assert.equal((await ask("GET", "/api/alerts?host=ws-9")).body.alerts.length, 0);

  writeFileSync(join(rules, "two.yml"), rule("Net", "Image|endswith: '\\net.exe'"));
  const sets = (await ask("GET", "/api/rule-sets")).body.sets;
  const set = sets.find(({ kind }) => kind === "folder");
  assert.equal((await ask("POST", `/api/rule-sets/${set!.id}/reload`)).status, 202);
  await until(async () =>
    (await ask("GET", "/api/rules?text=Net")).body.rules.some(({ title }) => title === "Net") ? true : undefined,
  );
  await send("POST", "/api/ingest/edge", lines([event(10, "ws-10", "C:\\net.exe")]), "application/x-ndjson");
  const [found] = (await ask("GET", "/api/alerts?host=ws-10")).body.alerts;
  assert.equal(found?.title, "Net");
  await server.end("SIGTERM");
  assert.equal(server.child.exitCode, 0);
  rmSync(join(rules, "two.yml"));
});

test("killed at any moment under load, it loses nothing that it acknowledged, doubles nothing, and has every alert", async () => {
  const data = join(folder, "killed");
  let server = await serveTest(data, { MERIDIAN_RULES: rules });
  const token = makeTestToken(data, "--source", "edge");
  const reader = makeTestToken(data, "--role", "reader");
  const sent: { readonly body: string; readonly numbers: readonly number[]; done: boolean }[] = [];
  let number = 0;
  const kills = 3;
  for (let kill = 0; kill <= kills; kill++) {
    const send = client(server, token);
    let alive = true;
    const one = async () => {
      while (alive) {
        let mine = sent.find((entry) => !entry.done && !busy.has(entry));
        if (!mine) {
          const numbers = Array.from({ length: 20 }, () => number++);
          mine = { body: lines(numbers.map((n) => event(n))), numbers, done: false };
          sent.push(mine);
        }
        busy.add(mine);
        const answer = await send("POST", "/api/ingest/edge", mine.body, "application/x-ndjson").catch(() => undefined);
        if (answer?.status === 200) mine.done = true;
        else if (answer) await delay(50);
        busy.delete(mine);
        if (!answer) return;
        if (kill === kills && sent.every((entry) => entry.done || busy.has(entry))) return;
      }
    };
    const busy = new Set<(typeof sent)[number]>();
    const senders = Promise.all([one(), one(), one()]);
    if (kill < kills) {
      await delay(500 + Math.random() * 1_000);
      await server.end("SIGKILL");
      alive = false;
      await senders;
      server = await serveTest(data, { MERIDIAN_RULES: rules });
    } else await senders;
  }
  const acknowledged = sent.filter(({ done }) => done).flatMap(({ numbers }) => numbers);
  const ask = client(server, reader);
  const { alerts } = (await ask("GET", "/api/alerts?limit=500")).body;
  await server.end("SIGTERM");
  await using events = await openChdbEvents({ folder: join(data, "events"), memoryBytes: 1024 ** 3 });
  const count = async (sql: string) => Number((await events.query<{ n: number }>(sql))[0]?.n);
  const stored = await events.query<{ n: number }>(
    "select toUInt32(JSONExtractInt(raw, 'EventRecordID')) as n from events",
  );
  const found = await events.query<{ n: number }>(
    "select toUInt32(JSONExtractInt(raw, 'EventRecordID')) as n from findings",
  );
  assert.equal(new Set(stored.map(({ n }) => n)).size, stored.length, "an event is double");
  assert.equal(new Set(found.map(({ n }) => n)).size, found.length, "a finding is double");
  const there = new Set(stored.map(({ n }) => n));
  const detected = new Set(found.map(({ n }) => n));
  for (const n of acknowledged) assert.ok(there.has(n) && detected.has(n), `event ${n} was acknowledged and is lost`);
  const counted = alerts.reduce((sum, alert) => sum + alert.findings, 0);
  assert.equal(counted, await count("select uniqExact(id) as n from findings"));
  assert.deepEqual(
    alerts.map(({ entity }) => entity).sort(),
    [0, 1, 2, 3, 4, 5, 6].map((host) => `host:ws-${host}`),
  );
});
