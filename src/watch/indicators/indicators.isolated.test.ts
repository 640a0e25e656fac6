import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { makeTestToken, serveTest, type TestServer } from "../testing/serve.ts";

let folder = "";
let server: TestServer;
let ask: ReturnType<typeof client>;
let send: ReturnType<typeof client>;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "meridian-indicators-"));
  const rules = join(folder, "rules");
  mkdirSync(rules);
  writeFileSync(
    join(rules, "listed.yml"),
    `
title: Asked for a listed name
id: 00000000-0000-4000-8000-000000000001
level: high
logsource: { category: dns_query, product: windows }
detection: { selection: { QueryName|expand: '%watched%' }, condition: selection }
`,
  );
  const data = join(folder, "data");
  server = await serveTest(data, { MERIDIAN_RULES: rules });
  send = client(server, makeTestToken(data, "--source", "edge"));
  ask = client(server, makeTestToken(data, "--role", "responder"));
});
after(async () => {
  await server.end("SIGTERM");
  rmSync(folder, { recursive: true, force: true });
});

interface Body {
  readonly [name: string]: unknown;
  readonly id: string;
  readonly alerts: readonly {
    readonly id: string;
    readonly rule: string;
    readonly entity: string;
    readonly findings: number;
  }[];
  readonly indicators: readonly { readonly id: string; readonly value: string }[];
  readonly found: readonly { readonly late?: string; readonly matched: readonly Record<string, unknown>[] }[];
  readonly hunts: readonly { readonly state: string; readonly found: number }[];
  readonly rules: readonly { readonly id: string; readonly state: string }[];
}

function client({ url }: TestServer, token: string) {
  return async (method: string, path: string, body?: object | string) => {
    const answer = await fetch(`${url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body !== undefined && { "content-type": typeof body === "string" ? "text/plain" : "application/json" }),
      },
      ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, body: JSON.parse(text === "" ? "{}" : text) as Body };
  };
}

const query = (number: number, name: string, host = `ws-${number}`) =>
  `${JSON.stringify({
    "@timestamp": new Date().toISOString(),
    Channel: "Microsoft-Windows-Sysmon/Operational",
    Provider_Name: "Microsoft-Windows-Sysmon",
    EventID: 22,
    Computer: host,
    EventRecordID: number,
    QueryName: name,
    QueryStatus: "0",
    Image: "C:\\\\a.exe",
  })}\n`;
const make = (name: string, more: object = {}) =>
  ask("POST", "/api/indicators/lists", { name, owner: "me", source: "a test", level: "high", ...more });
const alertsOf = async (host: string) => (await ask("GET", `/api/alerts?host=${host}`)).body.alerts;

async function until(look: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    if (await look()) return;
    await delay(100);
  }
  assert.fail("it never came to be");
}

test("an event that holds an indicator raises an alert of its list at once, and an exception holds it back", async () => {
  const { body: list, status } = await make("c2");
  assert.equal(status, 201);
  assert.equal((await make("c2")).status, 409);
  const table = "tags,domain\nemotet,evil.example\n,not a domain\n";
  const taken = (await ask("POST", `/api/indicators/lists/${list.id}/upload?format=csv`, table)).body;
  assert.deepEqual([taken["taken"], taken["notTakenCount"]], [1, 1]);
  await send("POST", "/api/ingest/edge", query(1, "drop.evil.example") + query(2, "good.example"));
  const [alert] = await alertsOf("ws-1");
  assert.equal(alert?.rule, "meridian.indicator/c2");
  assert.equal((await alertsOf("ws-2")).length, 0);
  const [finding] = (await ask("GET", `/api/alerts/${alert.id}`)).body.found;
  assert.deepEqual(finding?.matched, [
    {
      selection: "indicator",
      key: "domain",
      field: "domain",
      value: "drop.evil.example",
      pattern: "evil.example",
      type: "domain",
      list: "c2",
      confidence: 50,
      labels: ["emotet"],
      reference: "",
    },
  ]);
  const held = (await ask("GET", "/api/indicators?value=a.evil[.]example")).body["found"] as unknown as {
    list: string;
  }[];
  assert.deepEqual(
    held.map((one) => one.list),
    ["c2"],
  );
  assert.ok(
    (await ask("GET", "/api/rules?text=indicator")).body.rules.some(({ id }) => id === "meridian.indicator/c2"),
  );
  const exception = {
    rule: "meridian.indicator/c2",
    condition: { Computer: "ws-3" },
    owner: "me",
    reason: "a sandbox",
  };
  assert.equal((await ask("POST", "/api/exceptions", exception)).status, 201);
  await send("POST", "/api/ingest/edge", query(3, "evil.example") + query(4, "evil.example"));
  assert.deepEqual([(await alertsOf("ws-3")).length, (await alertsOf("ws-4")).length], [0, 1]);
});

test("what is added is looked for from then on, and what is removed, over or switched off is not", async () => {
  const { body: list } = await make("by-hand");
  const path = `/api/indicators/lists/${list.id}`;
  const added = await ask("POST", `${path}/indicators`, { value: "hxxp://one[.]example/" });
  assert.equal(added.status, 201);
  await ask("POST", `${path}/indicators`, { value: "two.example", until: Date.now() + 3_000 });
  const names = (await ask("GET", `${path}/indicators?limit=1`)).body;
  const rest = (await ask("GET", `${path}/indicators?after=${String(names["next"])}`)).body;
  assert.deepEqual([...names.indicators, ...rest.indicators].map(({ value }) => value).sort(), [
    "http://one.example/",
    "two.example",
  ]);
  await delay(3_050);
  await send("POST", "/api/ingest/edge", query(20, "two.example"));
  await ask("POST", `${path}/indicators`, { value: "three.example" });
  await send("POST", "/api/ingest/edge", query(21, "three.example"));
  await ask("PUT", path, { owner: "me", source: "a test", enabled: false });
  await send("POST", "/api/ingest/edge", query(22, "three.example"));
  assert.deepEqual(
    await Promise.all([20, 21, 22].map(async (number) => (await alertsOf(`ws-${number}`)).length)),
    [0, 1, 0],
  );
  assert.equal((await ask("DELETE", `${path}/indicators/${added.body.id}`)).status, 204);
  assert.equal((await ask("DELETE", path)).status, 204);
  assert.equal((await ask("GET", path)).status, 404);
});

test("a hunt finds what came before the indicator did, once, however often it hunts", async () => {
  await send("POST", "/api/ingest/edge", query(31, "x.later.example", "old-1") + query(32, "later.example", "old-2"));
  const { body: list } = await make("late");
  const bundle = {
    type: "bundle",
    id: "bundle--1",
    objects: [
      {
        type: "indicator",
        id: "indicator--1",
        pattern: "[domain-name:value = 'later.example']",
        pattern_type: "stix",
        valid_from: "2030-01-01T00:00:00Z",
      },
    ],
  };
  await ask("POST", `/api/indicators/lists/${list.id}/upload?format=stix&mode=replace`, JSON.stringify(bundle));
  for (const times of [1, 2]) {
    assert.equal((await ask("POST", `/api/indicators/lists/${list.id}/hunt`, {})).status, 202);
    await until(
      async () =>
        (await ask("GET", "/api/indicators/hunts")).body.hunts.filter(({ state }) => state === "done").length === times,
    );
  }
  assert.equal((await ask("GET", "/api/indicators/hunts")).body.hunts[0]?.found, 1);
  assert.equal((await alertsOf("old-1")).length, 0);
  const [alert] = await alertsOf("old-2");
  assert.deepEqual([alert?.rule, alert?.findings], ["meridian.indicator/late", 1]);
  const [finding] = (await ask("GET", `/api/alerts/${alert!.id}`)).body.found;
  assert.deepEqual([finding?.late, finding?.matched[0]?.["reference"]], ["hunt", "indicator--1"]);
});

test("a rule may name a list, and is loaded anew when the list changes", async () => {
  const { body: list } = await make("watched", { level: "low" });
  await ask("POST", `/api/indicators/lists/${list.id}/upload?format=text&type=domain&reach=exact`, "named.example\n");
  await until(async () => {
    const { rules } = (await ask("GET", "/api/rules?text=listed")).body;
    return rules.some(({ state }) => state === "on");
  });
  await send("POST", "/api/ingest/edge", query(41, "named.example"));
  assert.deepEqual((await alertsOf("ws-41")).map(({ rule }) => rule).sort(), [
    "00000000-0000-4000-8000-000000000001",
    "meridian.indicator/watched",
  ]);
});

test("what cannot be read is refused whole, and a list is not emptied by it", async () => {
  const { body: list } = await make("kept");
  const upload = (query: string, body: string) => ask("POST", `/api/indicators/lists/${list.id}/upload?${query}`, body);
  await upload("format=text", "kept.example\n");
  assert.equal((await upload("format=stix&mode=replace", "no json")).status, 422);
  assert.equal((await upload("format=csv&mode=replace", "a,b\n?,?\n")).status, 422);
  const { indicators } = (await ask("GET", `/api/indicators/lists/${list.id}/indicators`)).body;
  assert.deepEqual(
    indicators.map(({ value }) => value),
    ["kept.example"],
  );
});
