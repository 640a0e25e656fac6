import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { setTimeout as delay } from "node:timers/promises";
import { client, event, lines, rule } from "../testing/live-client.ts";
import type { ReplayResult } from "./contract.ts";
import { makeTestToken, serveTest, type TestServer } from "../testing/serve.ts";

let folder = "";
let server: TestServer;
let send: ReturnType<typeof client>;
let ask: ReturnType<typeof client>;

function connect(): void {
  const data = join(folder, "data");
  send = client(server, makeTestToken(data, "--source", "edge"));
  ask = client(server, makeTestToken(data, "--role", "responder"));
}

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "meridian-replay-"));
  const rules = join(folder, "rules");
  mkdirSync(rules);
  writeFileSync(join(rules, "whoami.yml"), rule("Whoami", "Image|endswith: '\\whoami.exe'"));
  const data = join(folder, "data");
  server = await serveTest(data, { MERIDIAN_RULES: rules });
  connect();
  const events = [1, 2, 3, 4].map((number) => event(number, `ws-${1 + (number % 2)}`));
  const nets = [5, 6].map((number) => event(number, "ws-3", "C:\\net.exe"));
  const sent = await send("POST", "/api/ingest/edge", lines([...events, ...nets]), "application/x-ndjson");
  assert.equal((sent.body as unknown as { readonly accepted: number }).accepted, 6);
});
after(async () => {
  await server.end("SIGTERM");
  rmSync(folder, { recursive: true, force: true });
});

/** What any of the answers asked for here may hold. */
interface Answer {
  readonly id: string;
  readonly state: string;
  readonly why: string;
  readonly result: ReplayResult;
  readonly replays: readonly { readonly id: string; readonly state: string }[];
  readonly rules: readonly { readonly id: string }[];
  readonly sets: readonly { readonly id: string; readonly kind: string }[];
  readonly alerts: readonly { readonly id: string; readonly title: string; readonly findings: number }[];
  readonly found: readonly { readonly id: string; readonly late?: string }[];
  readonly current: boolean;
  readonly counts: Readonly<Record<string, number>>;
  readonly canary: { readonly state: string };
  readonly covered: number;
  readonly tactics: readonly unknown[];
}

const span = { from: Date.now() - 3_000 * 86_400_000, to: Date.now() + 3_600_000 };
const api = async (method: string, path: string, body?: object, by = ask) => {
  const answer = await by(method, path, body && JSON.stringify(body));
  return { status: answer.status, body: answer.body as unknown as Answer };
};
const replay = (wish: object) => api("POST", "/api/replay", { ...span, ...wish });

test("a rule that is on finds in history what it found live, by the same ids", async () => {
  const { rules } = (await api("GET", "/api/rules?text=Whoami")).body;
  const { status, body } = await replay({ rule: rules[0]!.id });
  assert.equal(status, 200);
  assert.equal(body.state, "done");
  const { result } = body;
  assert.deepEqual([result.count, result.exact, result.events], [4, true, 6]);
  assert.deepEqual(result.entities.map(({ value, count }) => [value, count]).sort(), [
    ["host:ws-1", 2],
    ["host:ws-2", 2],
  ]);
  assert.equal(result.alerts.count, 2);
  const { alerts } = (await api("GET", "/api/alerts")).body;
  const live = await Promise.all(alerts.map(async ({ id }) => (await api("GET", `/api/alerts/${id}`)).body.found));
  assert.deepEqual(
    result.samples.map(({ id }) => id).sort(),
    live
      .flat()
      .map(({ id }) => id)
      .sort(),
  );
});

test("a rule that is not there yet is tried as text, and nothing comes of it but a record", async () => {
  const before = (await api("GET", "/api/alerts")).body;
  const { body } = await replay({ yaml: rule("Net", "Image|endswith: '\\net.exe'") });
  assert.deepEqual([body.result.count, body.result.samples.length], [2, 2]);
  assert.deepEqual((await api("GET", "/api/alerts")).body, before);
  const { replays } = (await api("GET", "/api/replays")).body;
  assert.ok(replays.some(({ id, state }) => id === body.id && state === "done"));
});

test("a correlation is tried over history with the rules that its text holds", async () => {
  const net = rule("Net", "Image|endswith: '\\net.exe'").replace("title: Net", "title: Net\nname: net_used");
  const yaml = `${net}\n---\ntitle: Twice\ncorrelation: { type: event_count, rules: [net_used], group-by: [Computer], timespan: 1h, condition: { gte: 2 } }\n`;
  const { body } = await replay({ yaml });
  assert.deepEqual(
    body.result.rules.map(({ title, count }) => [title, count]),
    [["Twice", 1]],
  );
});

test("progress comes line by line, and the end holds the result", async () => {
  const token = makeTestToken(join(folder, "data"), "--role", "responder");
  const answer = await fetch(`${server.url}/api/replay/stream`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ yaml: rule("Net", "Image|endswith: '\\net.exe'"), ...span }),
  });
  const said = (await answer.text())
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { readonly is: string; readonly replay?: Answer });
  assert.ok(said.length >= 1);
  assert.ok(said.slice(0, -1).every(({ is }) => is === "progress"));
  assert.deepEqual([said.at(-1)?.is, said.at(-1)?.replay?.result.count], ["end", 2]);
});

test("the terminal asks a running server with a token, and tells what it found", async () => {
  const token = join(folder, "token");
  const file = join(folder, "net-rule.yml");
  writeFileSync(token, makeTestToken(join(folder, "data"), "--role", "responder"));
  writeFileSync(file, rule("Net", "Image|endswith: '\\net.exe'"));
  const main = fileURLToPath(new URL("../../cli/main.ts", import.meta.url));
  const wish = ["rules", "replay", file, "--server", server.url, "--token-file", token, "--from", "-1d"];
  const child = spawn(process.execPath, [main, ...wish], { stdio: ["ignore", "pipe", "ignore"] });
  const said = text(child.stdout);
  const [code] = (await once(child, "exit")) as [number];
  assert.equal(code, 1);
  assert.match(await said, /^2 findings\n[^]*host:ws-3/);
});

test("what cannot be replayed is refused with its reason", async () => {
  const bad = await replay({ yaml: "title: Nothing\n" });
  assert.equal(bad.status, 422);
  assert.equal((await replay({ rule: "none-such" })).status, 404);
  assert.equal((await replay({ yaml: rule("Net", "a: 1"), from: 5, to: 4 })).status, 422);
  const reader = client(server, makeTestToken(join(folder, "data"), "--role", "reader"));
  assert.equal((await reader("GET", "/api/replays")).status, 403);
});

test("a rule that was not there finds what it missed once, with its alerts, and not again", async () => {
  writeFileSync(join(folder, "rules", "net.yml"), rule("Net Late", "Image|endswith: '\\net.exe'"));
  const { sets } = (await api("GET", "/api/rule-sets")).body;
  await ask("POST", `/api/rule-sets/${sets.find(({ kind }) => kind === "folder")!.id}/reload`);
  let id = "";
  for (let tries = 0; id === "" && tries < 300; tries++) {
    id = (await api("GET", "/api/rules?text=Net%20Late")).body.rules[0]?.id ?? "";
    if (id === "") await delay(100);
  }
  for (const _ of [1, 2]) {
    const begun = await api("POST", `/api/rules/${id}/backfill`, span);
    assert.equal(begun.status, 202, JSON.stringify(begun.body));
    let now = begun;
    for (let tries = 0; now.body.state === "running" && tries < 300; tries++) {
      await delay(100);
      now = await api("GET", `/api/replays/${begun.body.id}`);
    }
    assert.deepEqual([now.body.state, now.body.why, now.body.result?.count], ["done", "", 2]);
    const { alerts } = (await api("GET", "/api/alerts?host=ws-3")).body;
    assert.deepEqual(
      alerts.map(({ title, findings }) => [title, findings]),
      [["Net Late", 2]],
    );
    const { found } = (await api("GET", `/api/alerts/${alerts[0]!.id}`)).body;
    assert.deepEqual(
      found.map(({ late }) => late),
      ["replay", "replay"],
    );
  }
});

test("every rule that is on has answered to its example, and its page says so", async () => {
  let canary = await api("GET", "/api/canary");
  for (let tries = 0; tries < 300 && !canary.body.current; tries++) {
    await delay(100);
    canary = await api("GET", "/api/canary");
  }
  const { counts } = canary.body;
  assert.ok(counts["alive"]! > 100 && counts["dead"] === 0, JSON.stringify(canary.body.rules[0]));
  const [one] = (await api("GET", "/api/rules?text=Whoami")).body.rules;
  assert.equal((await api("GET", `/api/rules/${one!.id}`)).body.canary.state, "alive");
});

test("the matrix holds the rules that are on, and comes as a layer too", async () => {
  const { covered, tactics } = (await api("GET", "/api/coverage")).body;
  assert.ok(covered > 10 && tactics.length > 5);
  const layer = (await api("GET", "/api/coverage?format=navigator")).body as unknown as { readonly domain: string };
  assert.equal(layer.domain, "enterprise-attack");
});

test("what came in shortly before a kill is asked about again at the next start, of rules that are there by then too", async () => {
  const sent = await send(
    "POST",
    "/api/ingest/edge",
    lines([event(9, "ws-9", "C:\\late.exe")]),
    "application/x-ndjson",
  );
  assert.equal(sent.status, 200);
  // Notes are written every five seconds.
  await delay(6_000);
  await server.end("SIGKILL");
  const rules = join(folder, "rules");
  writeFileSync(join(rules, "late.yml"), rule("Late Rule", "Image|endswith: '\\late.exe'"));
  server = await serveTest(join(folder, "data"), { MERIDIAN_RULES: rules });
  connect();
  let alerts: Answer["alerts"] = [];
  for (let tries = 0; alerts.length === 0 && tries < 300; tries++) {
    await delay(200);
    ({ alerts } = (await api("GET", "/api/alerts?host=ws-9")).body);
  }
  assert.deepEqual(
    alerts.map(({ title, findings }) => [title, findings]),
    [["Late Rule", 1]],
  );
});
