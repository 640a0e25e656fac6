import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { killTrial } from "./testing/kill-trial.ts";
import { client, event, lines, rule } from "./testing/live-client.ts";
import { makeTestToken, serveTest } from "./testing/serve.ts";

let folder = "";
let rules = "";
before(() => {
  folder = mkdtempSync(join(tmpdir(), "meridian-live-"));
  rules = join(folder, "rules");
  mkdirSync(rules);
  writeFileSync(join(rules, "whoami.yml"), rule("Whoami", "Image|endswith: '\\whoami.exe'"));
});
after(() => rmSync(folder, { recursive: true, force: true }));

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
  const outcome = await killTrial({ data: join(folder, "killed"), rules, kills: 3 });
  assert.ok(outcome.acknowledged > 0);
  assert.deepEqual(
    { ...outcome, acknowledged: 0, stored: 0 },
    {
      acknowledged: 0,
      stored: 0,
      lost: [],
      undetected: [],
      doubleEvents: 0,
      doubleFindings: 0,
      findingsWithoutAlert: 0,
      hosts: [0, 1, 2, 3, 4, 5, 6].map((host) => `host:ws-${host}`),
    },
  );
});
