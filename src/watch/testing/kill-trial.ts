import { setTimeout as delay } from "node:timers/promises";
import { join } from "node:path";
import { openChdbEvents } from "#platform";
import { client, event, lines } from "./live-client.ts";
import { makeTestToken, serveTest } from "./serve.ts";

export interface KillOutcome {
  readonly acknowledged: number;
  readonly stored: number;
  /** Numbers of events that were acknowledged and are not there, or have no finding. */
  readonly lost: readonly number[];
  readonly undetected: readonly number[];
  readonly doubleEvents: number;
  readonly doubleFindings: number;
  /** How many findings more there are than alerts count. */
  readonly findingsWithoutAlert: number;
  /** Entities of the alerts. */
  readonly hosts: readonly string[];
}

interface Body {
  readonly text: string;
  readonly numbers: readonly number[];
  done: boolean;
}

/**
 * Kills a server (SIGKILL) at random moments while senders send events that each have a finding, starts it again over the
 * same data, has senders send again what was not acknowledged, and at the end looks at all that is stored.
 */
export async function killTrial({
  data,
  rules,
  kills,
}: {
  readonly data: string;
  readonly rules: string;
  readonly kills: number;
}): Promise<KillOutcome> {
  const settings = { MERIDIAN_RULES: rules };
  let server = await serveTest(data, settings);
  const token = makeTestToken(data, "--source", "edge");
  const reader = makeTestToken(data, "--role", "reader");
  const sent: Body[] = [];
  let number = 0;
  for (let kill = 0; kill <= kills; kill++) {
    const send = client(server, token);
    const busy = new Set<Body>();
    const isLast = kill === kills;
    let alive = true;
    const next = (): Body | undefined => {
      const waiting = sent.find((body) => !body.done && !busy.has(body));
      if (waiting || isLast) return waiting;
      const numbers = Array.from({ length: 20 }, () => number++);
      const body = { text: lines(numbers.map((n) => event(n))), numbers, done: false };
      sent.push(body);
      return body;
    };
    const one = async (): Promise<void> => {
      for (let body = next(); alive && body; body = next()) {
        busy.add(body);
        const answer = await send("POST", "/api/ingest/edge", body.text, "application/x-ndjson").catch(() => undefined);
        if (answer?.status === 200) body.done = true;
        busy.delete(body);
        if (!answer) return;
        if (!body.done) await delay(50);
      }
    };
    const senders = Promise.all([one(), one(), one()]);
    if (!isLast) {
      await delay(500 + Math.random() * 1_000);
      await server.end("SIGKILL");
      alive = false;
    }
    await senders;
    if (!isLast) server = await serveTest(data, settings);
  }
  const told = (await client(server, reader)("GET", "/api/alerts?limit=500")).body;
  const alerts = told.alerts.filter(({ rule }) => !isBuiltIn(rule));
  await server.end("SIGTERM");
  const acknowledged = sent.filter(({ done }) => done).flatMap(({ numbers }) => numbers);
  await using events = await openChdbEvents({ folder: join(data, "events"), memoryBytes: 1024 ** 3 });
  const numbersIn = async (table: "events" | "findings") => {
    const byRule = table === "findings" ? "rule" : "''";
    const sql = `select toUInt32(JSONExtractInt(raw, 'EventRecordID')) as n, ${byRule} as rule from ${table}`;
    return (await events.query<{ n: number; rule: string }>(sql)).flatMap(({ n, rule }) =>
      isBuiltIn(rule) ? [] : [n],
    );
  };
  const [stored, found] = [await numbersIn("events"), await numbersIn("findings")];
  const [there, detected] = [new Set(stored), new Set(found)];
  return {
    acknowledged: acknowledged.length,
    stored: stored.length,
    lost: acknowledged.filter((n) => !there.has(n)),
    undetected: acknowledged.filter((n) => !detected.has(n)),
    doubleEvents: stored.length - there.size,
    doubleFindings: found.length - detected.size,
    findingsWithoutAlert: found.length - alerts.reduce((sum, { findings }) => sum + findings, 0),
    hosts: alerts.map(({ entity }) => entity).sort(),
  };
}

/** Of risk, above all: hosts that are found this often cross its threshold, which is a finding of several events. */
function isBuiltIn(rule: string): boolean {
  return rule.startsWith("meridian.");
}
