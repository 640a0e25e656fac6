import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import {
  type Clock,
  createPlatform,
  type DataFolder,
  type Events,
  type PartName,
  PlatformError,
  type Records,
} from "#platform";
import type { Secrets } from "#settings";
import { bad, type Finding, look, ok } from "../core/finding.ts";

const urls = {
  records: ["databaseUrl", "PostgreSQL"],
  events: ["clickhouseUrl", "ClickHouse"],
  streams: ["natsUrl", "NATS"],
  blobs: ["blobsUrl", "The bucket"],
} as const satisfies Record<PartName, readonly [keyof Secrets, string]>;

const patience = 15_000;

/** Each part of the outside world that has a URL: whether it answers, and keeps what it is given. */
export async function lookAtServices(secrets: Secrets, clock: Clock, signal: AbortSignal): Promise<Finding[]> {
  const set = (Object.keys(urls) as PartName[]).filter((part) => secrets[urls[part][0]] !== undefined);
  return (await Promise.all(set.map((part) => lookAtOne(part, secrets, clock, signal)))).flat();
}

async function lookAtOne(part: PartName, secrets: Secrets, clock: Clock, signal: AbortSignal): Promise<Finding[]> {
  const id = part;
  const [setting, name] = urls[part];
  const advice = `See whether it runs, and whether ${setting} is right.`;
  const over = new AbortController();
  const late = delay(patience, "late" as const, { signal: AbortSignal.any([signal, over.signal]) });
  late.catch(() => undefined);
  try {
    const found = await Promise.race([askOne(part, secrets, clock), late]);
    return found === "late" ? [bad(id, `${name} did not answer within ${patience / 1000} s.`, advice)] : found;
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof PlatformError) return [bad(id, `${error.message}.`, advice)];
    return [bad(id, `${name} does not answer as it should.`, advice)];
  } finally {
    over.abort();
  }
}

async function askOne(part: PartName, secrets: Secrets, clock: Clock): Promise<Finding[]> {
  await using folder = await emptyFolder();
  const [setting, name] = urls[part];
  await using platform = await createPlatform({ parts: [part], folder, clock, [setting]: secrets[setting] });
  const health = await platform[part].health();
  if (!health.ok)
    return [
      bad(
        part,
        `${name} is not well: ${health.detail ?? "it does not say why"}.`,
        `See whether it runs, and whether ${setting} is right.`,
      ),
    ];
  const answers = ok(part, `${name} answers${health.detail === undefined ? "" : `: ${health.detail}`}.`);
  if (part === "records") return [answers, ...(await lookAtPostgres(platform.records))];
  if (part === "events") return [answers, ...(await lookAtClickHouse(platform.events, clock))];
  return [answers];
}

const durable = { fsync: "on", full_page_writes: "on", synchronous_commit: "on" } as const;

async function lookAtPostgres(records: Records): Promise<Finding[]> {
  const rows = await records
    .tables<{ pg_settings: { name: string; setting: string } }>()
    .selectFrom("pg_settings")
    .select(["name", "setting"])
    .where("name", "in", ["server_version", "server_encoding", ...Object.keys(durable)])
    .execute();
  const settings = new Map(rows.map(({ name, setting }) => [name, setting]));
  const version = ok("records-version", `PostgreSQL is ${settings.get("server_version")}.`);
  const lossy = Object.keys(durable).filter((name) => settings.get(name) === "off");
  const findings: Finding[] = [version];
  // Meridian's own connections say synchronous_commit=on; that of the server is no matter.
  const grave = lossy.filter((name) => name !== "synchronous_commit");
  if (grave.length > 0)
    findings.push(
      bad(
        "records-durable",
        `PostgreSQL runs with ${grave.join(" and ")} off.`,
        "Put it on: a crash would lose what was acknowledged.",
      ),
    );
  else findings.push(ok("records-durable", "PostgreSQL keeps what it has acknowledged."));
  if (settings.get("server_encoding") !== "UTF8")
    findings.push(
      bad(
        "records-encoding",
        `The database is in ${settings.get("server_encoding")}.`,
        "Make it anew with encoding UTF8.",
      ),
    );
  return findings;
}

async function lookAtClickHouse(events: Events, clock: Clock): Promise<Finding[]> {
  const began = clock.now();
  const [row] = await events.query<{ fsync: string; zone: string; now: string }>(
    `select (select value from system.merge_tree_settings where name = 'fsync_after_insert') as fsync,
       timezone() as zone, toString(toUnixTimestamp64Milli(now64(3))) as now`,
  );
  const findings: Finding[] = [];
  if (row?.fsync === "1") findings.push(ok("events-durable", "ClickHouse waits for the disk before it acknowledges."));
  else
    findings.push(
      look(
        "events-durable",
        "ClickHouse's own default is not to wait for the disk.",
        "Set <merge_tree><fsync_after_insert>1</fsync_after_insert></merge_tree>; a table that does not wait is refused.",
      ),
    );
  const apart = Math.abs(Number(row?.now) - (began + clock.now()) / 2);
  const says = `ClickHouse's clock is ${Math.round(apart)} ms from this one's; its zone is ${row?.zone}.`;
  findings.push(apart < 2_000 ? ok("events-clock", says) : look("events-clock", says, "Keep both clocks in time."));
  return findings;
}

/** For a part that wants a place to spool: not the data folder, which may be held by a server. */
async function emptyFolder(): Promise<DataFolder> {
  const path = await mkdtemp(join(tmpdir(), "meridian-doctor-"));
  return {
    path,
    folder: async () => path,
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  };
}
