/** The rooms of the stream, wired: what comes in is stored, detected and searched. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { setFlagsFromString } from "node:v8";
import type { Access, Actor, PermissionTable } from "#access";
import type { Route } from "#http";
import { loadKinds, type Recognise } from "#ingest";
import { createIntake, type Intake, permissions as intakePermissions, type SyslogOptions } from "#intake";
import type { Id } from "#kernel";
import {
  createEventsReading,
  createFindingsReading,
  createLake,
  createLetterBox,
  createRiskReading,
  createSearch,
  createValuesReading,
  type Lake,
  permissions as lakePermissions,
  searchPermissions,
} from "#lake";
import { type Clock, type Events, every, type Migration, readMigrations, type Records, type Streams } from "#platform";
import type { Settings } from "#settings";
import type { Log, Metrics } from "#telemetry";
import { createWatch, permissions as watchPermissions, sourceFinding, type Watch } from "#watch";

export const streamPermissions: readonly PermissionTable[] = [
  intakePermissions,
  watchPermissions,
  lakePermissions,
  searchPermissions,
];

export async function streamMigrations(): Promise<readonly Migration[]> {
  const rooms = {
    intake: "intake/migrations/",
    watch: "watch/migrations/",
    lake: "lake/migrations/",
    search: "lake/search/migrations/",
  };
  const read = Object.entries(rooms).map(([room, folder]) => readMigrations(room, new URL(folder, import.meta.url)));
  return (await Promise.all(read)).flat();
}

export interface StreamParts {
  readonly events: Events;
  readonly records: Records;
  readonly streams: Streams | undefined;
  readonly access: Access;
  readonly clock: Clock;
  readonly newId: <Kind extends string>(kind: Kind) => Id<Kind>;
  readonly log: Log;
  readonly metrics: Metrics;
  /** The data folder. */
  readonly folder: string;
  readonly settings: Pick<Settings, "detect" | "ingest" | "shutdownGrace"> &
    Partial<Pick<Settings, "jobs" | "clickhouseCluster">>;
}

export interface Stream {
  readonly routes: readonly Route<Actor>[];
  readonly lake: Lake;
  readonly watch: Watch;
  readonly intake: Intake;
  /** Opens the lake, loads the rules, then lets in what comes. Disposed of in reverse: doors first. */
  start(): Promise<AsyncDisposable>;
}

const ownRules = fileURLToPath(new URL("../content/rules", import.meta.url));

/** Makes the rooms; nothing is read or opened before `start`. */
export function makeStream(parts: StreamParts): Stream {
  const { events, records, streams, access, clock, newId, log, metrics, folder, settings } = parts;
  const { change } = access;
  const { detect, ingest } = settings;
  const monotonic = () => performance.now();
  const lake = createLake({
    events,
    clock,
    records,
    change,
    cluster: settings.clickhouseCluster,
    onFault: (error) => log.error("an erasure failed and goes on later", { error }),
  });
  const watch = createWatch({
    lake: {
      ...lake,
      ...createFindingsReading(events),
      ...createValuesReading(events),
      ...createRiskReading(events),
      ...createEventsReading(events),
    },
    records,
    streams,
    change,
    clock,
    log,
    metrics,
    folder: join(folder, "watch"),
    settings: {
      rules: detect?.rules ?? [],
      geoipFiles: detect?.geoipFile ?? [],
      ownRules,
      detects: detect !== undefined,
      queue: ingest?.takeQueue ?? 0,
      lateness: detect?.lateness ?? 30_000,
      drain: settings.shutdownGrace,
      // Who only correlates reads nothing.
      ...(ingest?.lanes !== undefined && { lanes: ingest.lanes }),
      ...(!ingest && { lanes: 1 }),
    },
  });
  let kinds: Recognise | undefined;
  const intake = createIntake({
    records,
    change,
    clock,
    monotonic,
    take: watch.take,
    letters: createLetterBox(events),
    log,
    metrics,
    folder: join(folder, "intake"),
    recognise: (body, format) => (kinds ??= loadKinds())(body, format),
    // A log source that died is an incident.
    onFact: (fact) => watch.raise([sourceFinding(fact, clock.now())]),
    ...(settings.ingest && { syslog: syslogOptions(settings.ingest), collect: settings.ingest.collect }),
  });
  const search = createSearch({ events, records, change, clock, newId, monotonic });
  return {
    routes: [...intake.routes, ...watch.routes, ...lake.routes, ...search.routes],
    lake,
    watch,
    intake,
    async start() {
      // V8 holds the bytes of buffers to a limit of their own, a few dozen MiB, and looks through the whole heap each time
      // they pass it; bodies and rows that come and go would have it do that several times a second.
      setFlagsFromString("--external-memory-accounted-in-global-limit");
      await using starting = new AsyncDisposableStack();
      await Promise.all(["watch", "intake"].map((room) => mkdir(join(folder, room), { recursive: true, mode: 0o700 })));
      await lake.open();
      starting.use(lake);
      if (detect || ingest) starting.use(await watch.start());
      // Now, since reading them later would hold up whoever sends first.
      if (ingest) kinds = loadKinds();
      if (ingest) starting.use(await intake.start());
      if (settings.jobs) starting.use(forgetHourly(lake, clock, log));
      const started = starting.move();
      return { [Symbol.asyncDispose]: () => started.disposeAsync() };
    },
  };
}

function syslogOptions(ingest: NonNullable<Settings["ingest"]>): SyslogOptions {
  return {
    host: ingest.syslogHost,
    udp: ingest.syslogUdp,
    tcp: ingest.syslogTcp,
    tls: ingest.syslogTls,
    tlsCert: ingest.syslogTlsCert,
    tlsKey: ingest.syslogTlsKey,
    tlsClientCa: ingest.syslogTlsClientCa,
    source: ingest.syslogSource,
    peers: ingest.syslogPeers ?? [],
  };
}

/** Forgets what is due and finishes erasures; what failed is tried again an hour later. */
function forgetHourly(lake: Lake, clock: Clock, log: Log): AsyncDisposable {
  const forget = async (signal: AbortSignal) => {
    for (const { table, partition, rows, held, dropped } of await lake.forget(signal))
      log.info("forgot what was due", { table, partition, rows, held, dropped });
  };
  const onFault = (error: unknown) => log.error("a job failed and runs again later", { job: "lake.forget", error });
  return every(3_600_000, forget, { clock, onFault });
}
