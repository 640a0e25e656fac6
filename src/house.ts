/** The only file that knows every room: opens them in order, wires them, and closes them in reverse. */
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import {
  type Access,
  type Actor,
  askTerminal,
  createAccess,
  listenForTerminal,
  type PermissionTable,
  permissions as accessPermissions,
  runTerminalVerb,
  type TerminalVerbs,
} from "#access";
import { createFront } from "#front";
import { createApp, describeApi, listen, type Route } from "#http";
import { greetElastic } from "#intake";
import { type Id, makeId, refusals, Secret } from "#kernel";
import {
  createLedger,
  joinExport,
  keepAudit,
  type KeepingOptions,
  type Ledger,
  permissions as ledgerPermissions,
} from "#ledger";
import {
  type Clock,
  createPlatform,
  DataFolderError,
  type Events,
  every,
  letSnapshotGo,
  type Migration,
  MigrationError,
  openDataFolder,
  openSqliteRecords,
  type PartName,
  type Platform,
  PlatformError,
  readMigrations,
  type Records,
  systemClock,
} from "#platform";
import { type RoleName, type SettingsRead, version } from "#settings";
import { makeStream, streamMigrations, streamPermissions } from "./house-stream.ts";
import { createStatus, observePlatform, permissions as statusPermissions, type PlatformObserver } from "#status";
import { createLog, createMetrics, type Log, observeProcess } from "#telemetry";
import {
  type BackedUp,
  backUp,
  type BackUpOptions,
  examine,
  type ExamineOptions,
  type Finding,
  upkeepVerbs,
} from "#upkeep";

export type { Token } from "#access";

const refuse = refusals("house", {
  "cannot-open": { status: 503, says: "{why}" },
  "server-gone": { status: 503, says: "The server ended while it was asked. Ask again." },
});

/** What of the outside world each role needs. */
const partsOf: Readonly<Record<RoleName, readonly PartName[]>> = {
  http: ["records", "events", "blobs"],
  ingest: ["records", "events", "streams", "blobs"],
  detect: ["records", "events", "streams"],
  jobs: ["records", "events", "blobs"],
};

/** What the process says to the person who started it, apart from its log. */
export type Tell = (text: string) => void;

/** Runs the asked-for roles until the signal aborts, then stops in order. Throws refusals for what the operator can mend. */
export async function serve(read: SettingsRead, signal: AbortSignal, tell: Tell): Promise<void> {
  const { settings } = read;
  const log = logFor(read);
  for (const { where, says } of read.notices) log.warn("a variable has no effect", { variable: where, says });
  await using stack = new AsyncDisposableStack();
  const crash = (error: unknown) => {
    log.error("a fault outside of any request; the process ends", { error });
    process.exit(70);
  };
  process.once("uncaughtException", crash);
  stack.defer(() => void process.off("uncaughtException", crash));
  const metrics = createMetrics();
  stack.use(observeProcess(metrics, { version }));
  const parts = [...new Set(settings.roles.flatMap((role) => partsOf[role]))];
  const observer = observePlatform(metrics, log);
  const { folder, platform, access, ledger } = stack.use(await openHouse(read, parts, observer));
  stack.use(observer.watch(platform.records.outbox, systemClock));
  // Of a backup that was being made when the process before ended.
  await letSnapshotGo(folder);
  if (settings.jobs) {
    const witnesses = settings.jobs.ledgerWitnesses ?? [];
    // Early, so that it ends late: what the others write down at their end is signed too.
    stack.use(await ledger.run({ ...ledgerKeeping(read, folder), witnesses, log, metrics }));
  }

  const stream = makeStream({
    events: platform.events,
    records: platform.records,
    streams: parts.includes("streams") ? platform.streams : undefined,
    access,
    clock: systemClock,
    newId: (kind) => newId(systemClock, kind),
    log,
    metrics,
    folder,
    settings,
  });
  // Before the server listens, so that nobody is refused who need not be; ends after it, with what it was handed.
  stack.use(await stream.start());

  const status = createStatus({
    version,
    roles: settings.roles,
    clock: systemClock,
    parts: Object.fromEntries(parts.map((name) => [name, (asked: AbortSignal) => platform[name].health(asked)])),
    metrics,
    metricsToken: read.secrets.metricsToken,
    stopping: signal,
    apiDescription: () => spellApi(routes),
  });
  const front = await createFront({ status, access, now: () => systemClock.now() });
  const routes: Route<Actor>[] = [
    ...greetingElastic(front.routes),
    ...status.routes,
    ...access.routes,
    ...ledger.routes,
    ...stream.routes,
  ];

  let url = urlOf(read);
  if (settings.http) {
    const { host, port, publicUrl, trustedProxies = [], bodyLimit, requestTimeout } = settings.http;
    const app = createApp({
      routes,
      identify: (request, from) => access.identify(request, from),
      problemPage: (problem) => front.problemPage(problem),
      newId: (kind) => newId(systemClock, kind),
      log,
      metrics,
      origins: { publicUrl, host },
      trustedProxies,
      monotonic: () => performance.now(),
      bodyLimit,
      requestTimeout,
      stopping: signal,
    });
    // Runs once the server has ended: what came last is kept too.
    stack.defer(() => access.keepSightings().catch(failed(log, "access.keep-sightings")));
    const server = await listen({
      fetch: (request, environment) => app.fetch(request, environment),
      host,
      port,
      // Node's own limit, of a request's arrival, holds for every route; the shorter ones are each route's to keep.
      requestTimeout: Math.max(requestTimeout, ...routes.map(({ timeout = 0 }) => timeout)),
    });
    stack.defer(async () => {
      const { cut } = await server.close(settings.shutdownGrace);
      if (cut > 0) log.warn("requests were cut at the end of the grace", { cut });
    });
    url = publicUrl ?? server.url;
    stack.use(
      every(900_000, access.keepSightings, { clock: systemClock, onFault: failed(log, "access.keep-sightings") }),
    );
    log.info("listening", { url: server.url, version, roles: settings.roles });
    tell(welcome(url, await access.firstLink()));
  } else {
    log.info("running", { version, roles: settings.roles });
  }
  const listening = await listenForTerminal({
    path: terminalSocket(folder),
    verbs: { ...terminalVerbs(access, ledger, url), ...upkeepVerbs({ folder, events: platform.events }) },
    onFault: (verb, error) => log.error("a verb of the terminal failed", { verb, error }),
  });
  if (listening.ok) stack.use(listening.value);
  else log.warn("the data folder's path is too long for a socket; verbs of the terminal work only while stopped");
  if (settings.jobs) stack.use(runJobs(access, platform.records, log, observer));

  await untilAborted(signal);
  log.info("stopping", { grace: settings.shutdownGrace });
}

/** What the terminal may ask for, whether the server runs or not; `url` is where people find it. */
function terminalVerbs(access: Access, ledger: Ledger, url: string): TerminalVerbs {
  return { ...access.terminalVerbs((token) => linkTo(url, token)), ...ledger.terminalVerbs };
}

/**
 * Has the running server do one of the terminal's verbs or, where none runs, opens the data folder and does it here.
 * Throws refusals.
 */
export async function askHouse(
  read: SettingsRead,
  verb: string,
  asked: unknown,
  signal: AbortSignal,
): Promise<{ readonly value: unknown; readonly running: boolean }> {
  const answered = await askTerminal(terminalSocket(read.settings.data), verb, asked, signal);
  if (answered.ok) return { value: answered.value, running: true };
  await using house = await openHouse(read, ["records"]);
  const value = await runTerminalVerb(terminalVerbs(house.access, house.ledger, urlOf(read)), verb, asked, signal);
  return { value, running: false };
}

/** The ledger from an entry on, as text in parts: from the running server where there is one, else from the data folder. */
export async function* exportLedger(read: SettingsRead, from: number, signal: AbortSignal): AsyncGenerator<string> {
  const ask = (where: unknown) => askTerminal(terminalSocket(read.settings.data), "ledger.export", where, signal);
  const first = await ask({ from });
  if (first.ok) {
    yield* joinExport(first.value, async (where) => {
      const piece = await ask(where);
      if (!piece.ok) throw refuse("server-gone");
      return piece.value;
    });
    return;
  }
  await using house = await openHouse(read, ["records"]);
  yield* house.ledger.export(from);
}

/** Makes a backup of what the settings name, whether the server runs or not. */
export function backUpHouse(
  { settings, secrets }: SettingsRead,
  wish: Pick<BackUpOptions, "out" | "passphrase" | "withoutRecords" | "signal" | "tell">,
): Promise<BackedUp> {
  const { databaseUrl, clickhouseUrl, blobsUrl } = secrets;
  return backUp({
    ...wish,
    data: settings.data,
    socket: terminalSocket(settings.data),
    parts: {
      records: databaseUrl ? "postgres" : "sqlite",
      events: clickhouseUrl ? "clickhouse" : "chdb",
      blobs: blobsUrl ? "s3" : "folder",
    },
    databaseUrl,
    version,
    clock: systemClock,
  });
}

/** Looks at the machine and at what the settings name, one thing after the other. */
export async function* examineHouse(
  options: Omit<ExamineOptions, "migrations" | "clock">,
): AsyncGenerator<Finding, void, undefined> {
  yield* examine({ ...options, migrations: await houseMigrations(), clock: systemClock });
}

/** Has the ledger go on with a new key, `next` where the operator keeps keys. While no server runs. */
export async function rotateLedgerKey(
  read: SettingsRead,
  next: string | undefined,
): Promise<{ readonly before: string; readonly after: string }> {
  await using house = await openHouse(read, ["records"]);
  return await house.ledger.rotateKey(ledgerKeeping(read, house.folder), next);
}

function ledgerKeeping({ settings, secrets }: SettingsRead, folder: string): KeepingOptions {
  return { folder, key: secrets.ledgerKey, origin: settings.jobs?.ledgerOrigin };
}

/** Every route and permission of the house, over records that hold nothing: for its description and for tests. */
export async function describeHouse(): Promise<{
  routes: readonly Route<Actor>[];
  permissions: PermissionTable;
  api: string;
}> {
  await using records = await openSqliteRecords({ file: ":memory:", clock: systemClock });
  const access = makeAccess(records, systemClock, 0);
  const ledger = createLedger({ records, change: access.change, clock: systemClock });
  const stream = makeStream({
    // Routes are made without asking it for anything.
    events: {} as Events,
    records,
    streams: undefined,
    access,
    clock: systemClock,
    newId: (kind) => newId(systemClock, kind),
    log: createLog({ level: "error", format: "json", now: () => 0, write: () => {} }),
    metrics: createMetrics(),
    folder: "",
    settings: { detect: undefined, ingest: undefined, shutdownGrace: 0 },
  });
  const status = createStatus({
    version,
    roles: [],
    clock: systemClock,
    parts: {},
    metrics: createMetrics(),
    metricsToken: undefined,
    stopping: new AbortController().signal,
    apiDescription: () => "",
  });
  const routes = [
    ...greetingElastic((await createFront({ status, access, now: () => systemClock.now() })).routes),
    ...status.routes,
    ...access.routes,
    ...ledger.routes,
    ...stream.routes,
  ];
  return { routes, permissions: access.permissions, api: spellApi(routes) };
}

interface OpenHouse extends AsyncDisposable {
  /** The data folder's path, without symbolic links. */
  readonly folder: string;
  readonly platform: Platform;
  readonly access: Access;
  readonly ledger: Ledger;
}

/** Opens the data folder, the parts and the rooms over them. What the operator can mend is thrown as a refusal. */
async function openHouse(
  { settings, secrets }: SettingsRead,
  parts: readonly PartName[],
  observer?: PlatformObserver,
): Promise<OpenHouse> {
  await using opening = new AsyncDisposableStack();
  try {
    const folder = opening.use(await openDataFolder(settings.data));
    const { eventsMemory: eventsMemoryBytes } = settings;
    const platform = opening.use(
      await createPlatform({
        parts,
        folder,
        clock: systemClock,
        eventsMemoryBytes,
        ...secrets,
        ...(observer && { onRetry: observer.retried }),
      }),
    );
    await platform.records.migrate(await houseMigrations());
    const access = makeAccess(platform.records, systemClock, settings.http?.sessionLifetime ?? 0);
    const ledger = createLedger({ records: platform.records, change: access.change, clock: systemClock });
    const opened = opening.move();
    return { folder: folder.path, platform, access, ledger, [Symbol.asyncDispose]: () => opened.disposeAsync() };
  } catch (error) {
    if (error instanceof DataFolderError || error instanceof PlatformError || error instanceof MigrationError)
      throw refuse("cannot-open", { why: error.message }, error);
    throw error;
  }
}

/** Every change of the records' tables that the program brings. */
export async function houseMigrations(): Promise<readonly Migration[]> {
  const rooms = ["access", "ledger"].map((room) =>
    readMigrations(room, new URL(`${room}/migrations/`, import.meta.url)),
  );
  return [...(await Promise.all(rooms)).flat(), ...(await streamMigrations())];
}

function makeAccess(records: Records, clock: Clock, sessionLifetime: number): Access {
  return createAccess({
    records,
    clock,
    newId: (kind) => newId(clock, kind),
    permissions: [accessPermissions, statusPermissions, ledgerPermissions, ...streamPermissions],
    sessionLifetime,
    keep: keepAudit,
    monotonic: () => performance.now(),
  });
}

/** Elasticsearch's clients ask for the first page before they send. */
function greetingElastic(routes: readonly Route<Actor>[]): Route<Actor>[] {
  return routes.map((route) => (route.method === "GET" && route.path === "/" ? greetElastic(route) : route));
}

/** What runs on a clock. Ends, and has ended, when disposed. */
function runJobs(access: Access, { outbox }: Records, log: Log, observer: PlatformObserver): AsyncDisposable {
  const stop = new AbortController();
  const { signal } = stop;
  const forget = async () => log.debug("forgot what ended long ago", { rows: await access.forget() });
  const forgetting = every(3_600_000, forget, { clock: systemClock, onFault: failed(log, "access.forget") });
  const delivering = outbox.dispatch([], {
    clock: systemClock,
    signal,
    onFault: observer.fault,
    onTried: observer.tried,
  });
  return {
    async [Symbol.asyncDispose]() {
      stop.abort();
      await Promise.all([forgetting[Symbol.asyncDispose](), delivering]);
    },
  };
}

/** For a job that runs again at its next time. */
function failed(log: Log, job: string): (error: unknown) => void {
  return (error) => log.error("a job failed and runs again later", { job, error });
}

function logFor({ settings }: SettingsRead): Log {
  const pretty = settings.logFormat === "auto" ? process.stderr.isTTY === true : settings.logFormat === "pretty";
  return createLog({
    level: settings.logLevel,
    format: pretty ? "pretty" : "json",
    now: () => systemClock.now(),
    write: (line) => process.stderr.write(line),
  });
}

function newId<Kind extends string>(clock: Clock, kind: Kind): Id<Kind> {
  return makeId(kind, clock.now(), someRandomBytes());
}

/** Each request has an id, and to ask the system for 10 bytes takes as long as for 4,000. */
const random = { bytes: Buffer.alloc(0), used: 0 };

function someRandomBytes(): Uint8Array {
  if (random.used === random.bytes.length) Object.assign(random, { bytes: randomBytes(4_000), used: 0 });
  return random.bytes.subarray(random.used, (random.used += 10));
}

function spellApi(routes: readonly Route<Actor>[]): string {
  return `${JSON.stringify(describeApi(routes, { version }), undefined, 2)}\n`;
}

/** Where people find the server, as far as settings tell; empty where this process does not serve. */
function urlOf({ settings: { http } }: SettingsRead): string {
  if (!http) return "";
  return http.publicUrl ?? `http://${http.host.includes(":") ? `[${http.host}]` : http.host}:${http.port}`;
}

function linkTo(url: string, token: Secret): Secret {
  return new Secret(`${url}/sign-in?token=${token.reveal()}`);
}

function terminalSocket(folder: string): string {
  return join(folder, "terminal.sock");
}

function welcome(url: string, link: Secret | undefined): string {
  const lines = [`Meridian ${version} is running.`, "", `  Open     ${url}`];
  lines.push(
    link ? `  Sign in  ${linkTo(url, link).reveal()}` : "  Sign in  ./meridian sign-in-link prints a one-time link",
  );
  if (link) lines.push("           (works once, within 15 minutes; ./meridian sign-in-link prints another)");
  return `${lines.join("\n")}\n`;
}

function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}
