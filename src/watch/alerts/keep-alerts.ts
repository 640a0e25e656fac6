import { type ChangeDoor, systemActor } from "#access";
import { type Id, instant } from "#kernel";
import type { FindingRow, FindingsReading } from "#lake";
import type { Clock, Reader } from "#platform";
import { levels, type Level } from "#sigma";
import { defaultWindow } from "../core/alert-settings.ts";
import { alertKey, assignAlerts, type Candidate, type Joinable } from "../core/assign-alerts.ts";
import type { AlertKeeper } from "../spine/commit.ts";
import type { AlertType, WatchTables } from "../tables.ts";
import { plainText } from "../core/plain-text.ts";
import { alertIdFor } from "./alert-id.ts";
import {
  addAlerts,
  addClaims,
  alertsOf,
  claimsOf,
  endClaims,
  forgetClaims,
  growAlert,
  joinable,
  keepProgress,
  progressOf,
  raiseAlertTo,
  recountAlert,
} from "./store.ts";

export interface AlertKeeperOptions {
  readonly read: Reader<WatchTables>;
  readonly change: ChangeDoor;
  readonly clock: Clock;
  readonly findings: FindingsReading;
  /** Milliseconds that a rule's alerts stay open for more findings. */
  readonly windowOf: (rule: string) => number | undefined;
  /** When the oldest delivery came that is not done yet. */
  readonly oldest: () => number;
  /** Whether other processes make alerts on the same records at the same time. */
  readonly shared?: boolean;
}

/** The name under which it is kept how far alerts have been made of findings. */
const progress = "alerts";
/** How much a clock may have gone back between two starts. */
const margin = 300_000;
/** After it a claim whose findings never came is forgotten. Milliseconds. */
const claimLasts = 86_400_000;
/** Alerts whose findings are counted by one question. */
const countedAtOnce = 500;

/**
 * Alerts are made of findings, and only of those that are stored: what a crash left without an alert is found again.
 *
 * Where processes share the records, an alert is claimed before the finding that opens it is stored, in a transaction that
 * looks again for one to join, so that of two processes that would open an alert for one entity the second joins the
 * first's. Findings are then counted, never added up: whoever counted most is right, whatever order they write in.
 */
export function createAlertKeeper(options: AlertKeeperOptions): AlertKeeper {
  const { read, change, findings, oldest, shared = false } = options;
  const actor = systemActor("watch", ["alerts.raise"]);

  async function apply(fresh: readonly FindingRow[]): Promise<void> {
    const groups = Map.groupBy(
      fresh.filter(({ alert }) => alert !== ""),
      ({ alert }) => alert,
    );
    if (groups.size === 0) return;
    const upTo = instant(Math.trunc(oldest()));
    const counts = shared ? await countsOf([...groups.keys()]) : undefined;
    await change(actor, "alerts.raise", async ({ tx, at, announce, audit }) => {
      const rows = [...groups].map(([id, rows]) => ({ ...alertRow(id, rows, at), ...counts?.get(id) }));
      const added = new Set(await addAlerts(tx, rows));
      for (const row of rows) {
        const growth = { findings: row.findings, first: row.first_at, last: row.last_at };
        if (added.has(row.id)) announce("alert.raised", raised(row));
        else await (shared ? raiseAlertTo : growAlert)(tx, row.id, growth);
      }
      if (shared) await endClaims(tx, [...groups.keys()]);
      await keepProgress(tx, progress, upTo);
      audit("alerts", { raised: added.size, grown: rows.length - added.size });
    });
  }

  return {
    async assign(drafts) {
      const alerting = drafts.map(({ silent, muted }) => silent === 0 && muted === "");
      const candidates = drafts
        .filter((_, at) => alerting[at])
        .map(({ id, rule, entity, time }): Candidate => ({
          id,
          rule,
          entity,
          time,
          window: options.windowOf(rule) ?? defaultWindow,
        }));
      if (candidates.length === 0) return drafts.map(() => "");
      const known = await reachable(read, candidates);
      const wished = assignAlerts(candidates, known, alertIdFor);
      const there = new Set(known.map(({ id }) => id));
      const ids = (shared && wished.some((id) => !there.has(id)) ? await claim(candidates) : wished).values();
      return alerting.map((is) => (is ? ids.next().value! : ""));
    },
    apply,
    async confirm(ids) {
      const alerts = new Set<string>();
      for (const some of chunks(ids, countedAtOnce))
        for await (const rows of findings.byIds(some))
          for (const { alert } of rows) if (alert !== "") alerts.add(alert);
      const counts = await countsOf([...alerts]);
      const known = new Map((await alertsOf(read, [...alerts])).map((row) => [row.id as string, row.findings]));
      const wanting = [...counts].filter(([id, { findings: count }]) => (known.get(id) ?? 0) < count);
      await ensureAll(wanting.map(([id]) => id));
    },
    async recover() {
      const since = await progressOf(read, progress);
      const ids = new Set<string>();
      for await (const rows of findings.receivedSince((since ?? 0) - margin))
        for (const { alert } of rows) if (alert !== "") ids.add(alert);
      await ensureAll([...ids]);
    },
  };

  async function ensureAll(ids: readonly string[]): Promise<void> {
    for (const some of chunks(ids, 200)) {
      const rows: FindingRow[] = [];
      for await (const part of findings.ofAlerts(some)) rows.push(...part);
      await ensure(rows);
    }
  }

  /** Alerts that findings may join: those that are there and those that are being opened. */
  async function reachable(from: Reader<WatchTables>, candidates: readonly Candidate[]): Promise<Joinable[]> {
    const keys = candidates.map(alertKey);
    const known = await joinable(from, keys);
    return shared ? [...known, ...(await claimsOf(from, keys))] : known;
  }

  function claim(candidates: readonly Candidate[]): Promise<readonly string[]> {
    return change(actor, "alerts.raise", async ({ tx, at, audit }) => {
      const known = await reachable(tx.tables<WatchTables>(), candidates);
      const ids = assignAlerts(candidates, known, alertIdFor);
      const there = new Set(known.map(({ id }) => id));
      const opened = new Map<string, Joinable>();
      candidates.forEach((candidate, index) => {
        const { time } = candidate;
        const id = ids[index]!;
        if (there.has(id)) return;
        const { first, last } = opened.get(id) ?? { first: time, last: time };
        const key = alertKey(candidate);
        opened.set(id, { id, key, first: Math.min(first, time), last: Math.max(last, time) });
      });
      await addClaims(tx, [...opened.values()].map(whole), at);
      await forgetClaims(tx, instant(Math.max(0, at - claimLasts)));
      audit("alerts", { claimed: opened.size });
      return ids;
    });
  }

  async function countsOf(alerts: readonly string[]): Promise<Map<string, Counted>> {
    const counts = new Map<string, Counted>();
    for (const some of chunks(alerts, countedAtOnce))
      for (const { alert, findings: count, first, last } of await findings.countsOf(some))
        counts.set(alert, { findings: count, first_at: instant(first), last_at: instant(last) });
    return counts;
  }

  /** Of whole alerts: all of their findings. */
  async function ensure(rows: readonly FindingRow[]): Promise<void> {
    const groups = [...Map.groupBy(rows, ({ alert }) => alert)];
    const known = new Map(
      (
        await alertsOf(
          read,
          groups.map(([id]) => id),
        )
      ).map((row) => [row.id as string, row]),
    );
    const isWrong = (count: number | undefined, of: number) => (shared ? (count ?? 0) < of : count !== of);
    const wrong = groups.filter(([id, of]) => isWrong(known.get(id)?.findings, of.length));
    if (wrong.length === 0) return;
    await change(actor, "alerts.raise", async ({ tx, at, announce, audit }) => {
      const missing = wrong.map(([id, of]) => alertRow(id, of, at));
      const added = new Set(await addAlerts(tx, missing));
      for (const row of missing) {
        const growth = { findings: row.findings, first: row.first_at, last: row.last_at };
        if (added.has(row.id)) announce("alert.raised", raised(row));
        else await (shared ? raiseAlertTo : recountAlert)(tx, row.id, growth);
      }
      if (shared)
        await endClaims(
          tx,
          missing.map(({ id }) => id),
        );
      audit("alerts", { recovered: added.size, recounted: missing.length - added.size });
    });
  }
}

type Counted = Pick<WatchTables["watch_alerts"], "findings" | "first_at" | "last_at">;

/** Events' times are whole milliseconds in records. */
function whole({ first, last, ...rest }: Joinable): Joinable {
  return { ...rest, first: Math.trunc(first), last: Math.trunc(last) };
}

type NewAlert = ReturnType<typeof alertRow>;

function alertRow(id: string, rows: readonly FindingRow[], at: number) {
  const [first] = rows as [FindingRow];
  const times = rows.map(({ time }) => time);
  const level = levels.findLast((one) => rows.some((row) => row.level === one)) ?? "medium";
  return {
    id: id as Id<"alert">,
    key: alertKey(first),
    rule: first.rule,
    title: plainText(first.title),
    type: first.type as AlertType,
    level: level as Level,
    tags: JSON.stringify(first.tags),
    entity: first.entity,
    host: plainText(first.host),
    user: plainText(first.user),
    source: plainText(first.source),
    state: "open" as const,
    reason: "",
    findings: rows.length,
    first_at: instant(Math.trunc(Math.min(...times))),
    last_at: instant(Math.trunc(Math.max(...times))),
    raised_at: instant(at),
    sample: sampleOf(first.matched),
  };
}

/** What an alert's page shows at once; the finding itself has all of it. */
const sampleLength = 8_000;

function sampleOf(matched: string): string {
  if (matched.length <= sampleLength) return matched === "" ? "[]" : matched;
  const values: unknown = JSON.parse(matched);
  if (!Array.isArray(values)) return "[]";
  const kept: unknown[] = [];
  let length = 0;
  for (const value of values as Record<string, unknown>[]) {
    const short = Object.fromEntries(
      Object.entries(value).map(([key, text]) => [
        key,
        typeof text === "string" ? text.slice(0, 500).toWellFormed() : text,
      ]),
    );
    length += JSON.stringify(short).length;
    if (length > sampleLength) break;
    kept.push(short);
  }
  return JSON.stringify(kept);
}

function raised({ id, rule, title, type, level, entity, host, user, source, raised_at }: NewAlert) {
  return { alert: id, rule, title, type, level, entity, host, user, source, at: raised_at };
}

function* chunks<T>(all: readonly T[], size: number): Generator<T[]> {
  for (let at = 0; at < all.length; at += size) yield all.slice(at, at + size);
}
