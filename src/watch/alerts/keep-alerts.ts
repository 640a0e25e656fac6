import { type ChangeDoor, systemActor } from "#access";
import { type Id, instant } from "#kernel";
import type { FindingRow, FindingsReading } from "#lake";
import type { Clock, Reader } from "#platform";
import { levels, type Level } from "#sigma";
import { defaultWindow } from "../core/alert-settings.ts";
import { alertKey, assignAlerts, type Candidate } from "../core/assign-alerts.ts";
import type { AlertKeeper } from "../spine/commit.ts";
import type { AlertType, WatchTables } from "../tables.ts";
import { plainText } from "../core/plain-text.ts";
import { alertIdFor } from "./alert-id.ts";
import { addAlerts, alertsOf, growAlert, joinable, keepProgress, progressOf, recountAlert } from "./store.ts";

export interface AlertKeeperOptions {
  readonly read: Reader<WatchTables>;
  readonly change: ChangeDoor;
  readonly clock: Clock;
  readonly findings: FindingsReading;
  /** Milliseconds that a rule's alerts stay open for more findings. */
  readonly windowOf: (rule: string) => number | undefined;
  /** When the oldest delivery came that is not done yet. */
  readonly oldest: () => number;
}

/** The name under which it is kept how far alerts have been made of findings. */
const progress = "alerts";
/** How much a clock may have gone back between two starts. */
const margin = 300_000;

/** Alerts are made of findings, and only of those that are stored: what a crash left without an alert is found again. */
export function createAlertKeeper(options: AlertKeeperOptions): AlertKeeper {
  const { read, change, findings, oldest } = options;
  const actor = systemActor("watch", ["alerts.raise"]);

  async function apply(fresh: readonly FindingRow[]): Promise<void> {
    const groups = Map.groupBy(
      fresh.filter(({ alert }) => alert !== ""),
      ({ alert }) => alert,
    );
    if (groups.size === 0) return;
    const upTo = instant(Math.trunc(oldest()));
    await change(actor, "alerts.raise", async ({ tx, at, announce, audit }) => {
      const rows = [...groups].map(([id, rows]) => alertRow(id, rows, at));
      const added = new Set(await addAlerts(tx, rows));
      for (const row of rows) {
        if (added.has(row.id)) announce("alert.raised", raised(row));
        else await growAlert(tx, row.id, { findings: row.findings, first: row.first_at, last: row.last_at });
      }
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
      const known = await joinable(read, candidates.map(alertKey));
      const ids = assignAlerts(candidates, known, alertIdFor).values();
      return alerting.map((is) => (is ? ids.next().value! : ""));
    },
    apply,
    async recover() {
      const since = await progressOf(read, progress);
      const ids = new Set<string>();
      for await (const rows of findings.receivedSince((since ?? 0) - margin))
        for (const { alert } of rows) if (alert !== "") ids.add(alert);
      for (const some of chunks([...ids], 200)) {
        const rows: FindingRow[] = [];
        for await (const part of findings.ofAlerts(some)) rows.push(...part);
        await ensure(rows);
      }
    },
  };

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
    const wrong = groups.filter(([id, of]) => known.get(id)?.findings !== of.length);
    if (wrong.length === 0) return;
    await change(actor, "alerts.raise", async ({ tx, at, announce, audit }) => {
      const missing = wrong.map(([id, of]) => alertRow(id, of, at));
      const added = new Set(await addAlerts(tx, missing));
      for (const row of missing) {
        if (added.has(row.id)) announce("alert.raised", raised(row));
        else await recountAlert(tx, row.id, { findings: row.findings, first: row.first_at, last: row.last_at });
      }
      audit("alerts", { recovered: added.size, recounted: missing.length - added.size });
    });
  }
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
