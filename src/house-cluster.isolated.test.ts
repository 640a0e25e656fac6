/** What docs/distributed.md promises: processes that share PostgreSQL, ClickHouse and NATS, of which one is killed. */
import assert from "node:assert/strict";
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type Events, openClickHouseEvents } from "#platform";
import { skipNats, skipPostgres, startClickHouse, startNats, startPostgres } from "#platform/testing";

const main = fileURLToPath(new URL("cli/main.ts", import.meta.url));
const flags = ["--disable-warning=ExperimentalWarning", main];
const stack = new AsyncDisposableStack();
let folder = "";
let shared: Record<string, string> = {};
let events: Events;

const ruleOf = (number: number, title: string, program: string) => `title: ${title}
id: 00000000-0000-4000-8000-00000000000${number}
name: ${title.toLowerCase()}
level: high
logsource: { category: process_creation, product: windows }
detection: { selection: { Image|endswith: '\\${program}.exe' }, condition: selection }
`;
const rules = [
  ruleOf(1, "Whoami", "whoami"),
  ruleOf(2, "Net", "net"),
  ruleOf(3, "Ipconfig", "ipconfig"),
  `title: Both
id: 00000000-0000-4000-8000-000000000004
level: critical
correlation: { type: temporal, rules: [net, ipconfig], group-by: [Computer], timespan: 5m }
`,
].join("---\n");

const skip = skipNats || skipPostgres;
before(async () => {
  if (skip) return;
  folder = mkdtempSync(join(tmpdir(), "meridian-cluster-"));
  stack.defer(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, "rules"));
  writeFileSync(join(folder, "rules", "rules.yml"), rules);
  const [postgres, nats, clickhouse] = await Promise.all([
    startPostgres(),
    startNats(),
    startClickHouse(join(folder, "events")),
  ]);
  for (const server of [postgres, nats, clickhouse]) stack.use(server);
  shared = {
    // A socket, in a URL as settings want it.
    MERIDIAN_DATABASE_URL: (await postgres.database()).replace("@/", "@localhost/"),
    MERIDIAN_CLICKHOUSE_URL: clickhouse.url,
    MERIDIAN_NATS_URL: nats.url,
    MERIDIAN_LEDGER_KEY: randomBytes(32).toString("base64"),
    MERIDIAN_RULES: join(folder, "rules"),
    MERIDIAN_LANES: "1",
  };
  events = stack.use(await openClickHouseEvents({ url: clickhouse.url }));
});
after(() => stack.disposeAsync());

let number = 0;
const event = (host: string, program: string) => ({
  "@timestamp": new Date().toISOString(),
  Channel: "Microsoft-Windows-Sysmon/Operational",
  Provider_Name: "Microsoft-Windows-Sysmon",
  EventID: 1,
  Computer: host,
  EventRecordID: number++,
  Image: `C:\\Windows\\System32\\${program}.exe`,
});
const lines = (all: readonly object[]) => all.map((one) => `${JSON.stringify(one)}\n`).join("");

function environment(data: string): NodeJS.ProcessEnv {
  const clean = Object.entries(process.env).filter(
    ([name]) => !name.startsWith("MERIDIAN_") && name !== "NODE_TEST_CONTEXT",
  );
  const own = { MERIDIAN_DATA: join(folder, data), MERIDIAN_PORT: "0", MERIDIAN_LOG_FORMAT: "json" };
  return { ...Object.fromEntries(clean), ...own, ...shared };
}

async function meridian(data: string, ...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, ...args], {
    env: environment(data),
    maxBuffer: 1e9,
  });
  return stdout.trim();
}

class Worker {
  readonly data: string;
  url = "";
  log = "";
  #child: ChildProcess | undefined;

  constructor(data: string) {
    this.data = data;
  }

  async start(): Promise<void> {
    const child = spawn(process.execPath, [...flags, "serve"], {
      env: environment(this.data),
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#child = child;
    const ended = once(child, "exit");
    child.stderr.on("data", (chunk: Buffer) => (this.log += chunk.toString("utf8")));
    this.url = await new Promise<string>((resolve, reject) => {
      let said = "";
      child.stdout.on("data", (chunk: Buffer) => {
        said += chunk.toString("utf8");
        const found = /Open +(\S+)/.exec(said);
        if (found) resolve(found[1]!);
      });
      void ended.then(() => reject(new Error(`${this.data} ended: ${said}${this.log}`)));
    });
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill(signal);
    await ended;
  }

  get correlates(): boolean {
    return this.log.includes("this process correlates for all");
  }
}

interface Body {
  readonly text: string;
  readonly numbers: readonly number[];
}

function bodyOf(all: readonly { EventRecordID: number }[]): Body {
  return { text: lines(all), numbers: all.map(({ EventRecordID }) => EventRecordID) };
}

async function until<Result>(what: string, look: () => Promise<Result | undefined>): Promise<Result> {
  for (let tries = 0; tries < 150; tries++) {
    const found = await look();
    if (found !== undefined) return found;
    await delay(200);
  }
  return assert.fail(`${what} never came to be`);
}

test(
  "three processes share what they keep: one is killed, and nothing acknowledged is lost, double or without its alert",
  {
    skip,
    timeout: 180_000,
  },
  async () => {
    const workers = ["one", "two", "three"].map((name) => new Worker(name));
    await Promise.all(workers.map((worker) => worker.start()));
    stack.defer(async () => void (await Promise.allSettled(workers.map((worker) => worker.end("SIGKILL")))));
    const token = await meridian("terminal", "token", "create", "--source", "edge");
    const reader = await meridian("terminal", "token", "create", "--role", "reader");
    const acknowledged = new Set<number>();

    const post = async (worker: Worker, { text }: Body) => {
      const headers = { authorization: `Bearer ${token}`, "content-type": "application/x-ndjson" };
      const answer = await fetch(`${worker.url}/api/ingest/edge`, { method: "POST", headers, body: text });
      await answer.text();
      return answer.status === 200;
    };
    /** Goes from one process to the next until one acknowledges. */
    const send = async (body: Body, first: number) => {
      for (let at = first; ; at++) {
        if (await post(workers[at % 3]!, body).catch(() => false)) break;
        await delay(50);
      }
      for (const one of body.numbers) acknowledged.add(one);
    };
    const alertsOf = async (query: string) => {
      const answer = await fetch(`${workers[0]!.url}/api/alerts?limit=500&${query}`, {
        headers: { authorization: `Bearer ${reader}` },
      });
      return ((await answer.json()) as { alerts: { entity: string; title: string; findings: number }[] }).alerts;
    };

    let sending = true;
    let turn = 0;
    const sender = async () => {
      while (sending) {
        const mine = turn++;
        const body = bodyOf(Array.from({ length: 10 }, (_, at) => event(`ws-${(mine + at) % 7}`, "whoami")));
        await send(body, mine);
        // The answer was lost: the sender comes again, to another process.
        if (mine % 4 === 0) await post(workers[(mine + 1) % 3]!, body).catch(() => false);
      }
    };
    const senders = [sender(), sender()];

    // The same entity through all processes at the same moment: again and again, each time for the first time.
    const opened = Array.from({ length: 4 }, (_, at) => `race-${at}`);
    for (const host of opened) await Promise.all([0, 1, 2].map((at) => send(bodyOf([event(host, "whoami")]), at)));

    // Parts of one correlation through different processes, while all are there, and around the end of who correlates.
    const split = async (host: string, first: number) => {
      await send(bodyOf([event(host, "net")]), first);
      await send(bodyOf([event(host, "ipconfig")]), first + 1);
    };
    await split("split-0", 0);
    const victim = await until("somebody who correlates", async () => workers.find((worker) => worker.correlates));
    const place = workers.indexOf(victim);
    await send(bodyOf([event("split-1", "net")]), place);
    await victim.end("SIGKILL");
    await send(bodyOf([event("split-1", "ipconfig")]), place + 1);
    await split("split-2", place + 1);
    await delay(1_000);
    await victim.start();
    await split("split-3", place);
    await delay(500);
    sending = false;
    await Promise.all(senders);

    const hosts = [0, 1, 2, 3].map((at) => `Computer:split-${at}`);
    // What the dead one had taken and nobody knows of comes to whoever took over within seconds.
    await until("every correlation", async () => {
      const found = (await alertsOf("level=critical")).map(({ entity }) => entity).sort();
      return found.length >= hosts.length ? found : undefined;
    });
    await delay(1_000);
    const correlated = await alertsOf("level=critical");
    assert.deepEqual(
      correlated.map(({ entity, findings }) => [entity, findings]).sort(),
      hosts.map((host) => [host, 1]),
    );

    const expected = [
      ...opened.map((host) => [host, 3]),
      ...[0, 1, 2, 3, 4, 5, 6].map((at) => [`ws-${at}`, undefined]),
    ];
    const alerts = (await alertsOf("level=high")).filter(({ title }) => title === "Whoami");
    assert.deepEqual(alerts.map(({ entity }) => entity).sort(), expected.map(([host]) => `host:${host}`).sort());
    for (const [host, findings] of expected)
      if (findings !== undefined)
        assert.equal(alerts.find(({ entity }) => entity === `host:${host}`)?.findings, findings);

    const numbersIn = async (table: string, where = "1") => {
      const sql = `select toUInt32(JSONExtractInt(raw, 'EventRecordID')) as n from ${table} where ${where}`;
      return (await events.query<{ n: number }>(sql)).map(({ n }) => n);
    };
    const stored = await numbersIn("events");
    assert.deepEqual(new Set(stored).size, stored.length, "no event twice");
    const [there, found] = [new Set(stored), new Set(await numbersIn("findings", "type = 'detection'"))];
    assert.deepEqual(
      [...acknowledged].filter((one) => !there.has(one) || !found.has(one)),
      [],
    );
    const whoami = await events.query<{ n: number }>(
      "select toUInt32(uniqExact(id)) as n from findings where title = 'Whoami'",
    );
    assert.equal(
      alerts.reduce((sum, { findings }) => sum + findings, 0),
      whoami[0]?.n,
      "each finding counts in its alert",
    );

    await Promise.all(workers.map((worker) => worker.end("SIGTERM")));
    const file = join(folder, "ledger.ndjson");
    await meridian("terminal", "ledger", "export", "--out", file);
    const key = /"keys":\["([^"]+)"/.exec(readFileSync(file, "utf8"))?.[1];
    assert.match(await meridian("terminal", "ledger", "verify", file, "--key", key ?? ""), /^PROVEN/);
  },
);
