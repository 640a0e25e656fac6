import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Actor, createAccess, permissions as accessPermissions, systemActor } from "#access";
import { createApp, listen } from "#http";
import { makeId } from "#kernel";
import { openSqliteRecords, readMigrations, systemClock } from "#platform";
import { createLog, createMetrics } from "#telemetry";
import { createIntake, type IntakeOptions } from "../create-intake.ts";
import { permissions } from "../permissions.ts";
import { readingTake } from "./reading-take.ts";

/** The room over records in a file, with its routes on a free port: a token is the name of its source, `owner` may do all. */
export async function openIntake(options: Partial<IntakeOptions> & { hold?: Parameters<typeof readingTake>[0] } = {}) {
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), "meridian-intake-"));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const { clock = systemClock } = options;
  const records = stack.use(await openSqliteRecords({ file: join(folder, "records.sqlite"), clock }));
  const migrations = ["access", "intake"].map((room) =>
    readMigrations(room, new URL(`../../${room}/migrations/`, import.meta.url)),
  );
  await records.migrate((await Promise.all(migrations)).flat());
  const newId = <Kind extends string>(kind: Kind) => makeId(kind, clock.now(), randomBytes(10));
  const access = createAccess({
    records,
    clock,
    newId,
    permissions: [accessPermissions, permissions],
    sessionLifetime: 3_600_000,
  });
  const lines: string[] = [];
  const log = createLog({
    level: "info",
    format: "json",
    now: () => clock.now(),
    write: (line) => void lines.push(line),
  });
  const metrics = createMetrics();
  const reading = readingTake(options.hold);
  const intake = createIntake({
    records,
    change: access.change,
    clock,
    monotonic: () => clock.now(),
    take: reading.take,
    letters: reading.letters,
    log,
    metrics,
    folder,
    ...options,
  });
  const app = createApp<Actor>({
    routes: intake.routes,
    identify: (request) => Promise.resolve(actorOf(request)),
    problemPage: () => "",
    newId,
    log,
    metrics,
    origins: { publicUrl: undefined, host: "127.0.0.1" },
    monotonic: () => performance.now(),
    bodyLimit: 1_048_576,
    requestTimeout: 30_000,
    stopping: new AbortController().signal,
    checkAnswers: true,
  });
  const server = await listen({
    fetch: (request, environment) => app.fetch(request, environment),
    host: "127.0.0.1",
    port: 0,
    requestTimeout: 30_000,
  });
  stack.defer(async () => void (await server.close(0)));
  const opened = stack.move();
  return {
    intake,
    access,
    reading,
    folder,
    url: server.url,
    log: lines,
    /** Asks as the source named, or as the owner. */
    ask: (path: string, init: RequestInit & { as?: string } = {}) => {
      const { as = "owner", ...rest } = init;
      const headers = new Headers(rest.headers);
      if (!headers.has("authorization")) headers.set("authorization", `Bearer ${as}`);
      return fetch(`${server.url}${path}`, { ...rest, headers });
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

const owner = systemActor("owner", Object.keys(permissions));
const stranger: Actor = { kind: "stranger", may: () => false };

function actorOf(request: Request): Actor {
  const [scheme = "", text = ""] = (request.headers.get("authorization") ?? "").split(" ");
  const name = scheme === "Basic" ? (Buffer.from(text, "base64").toString("utf8").split(":")[1] ?? "") : text;
  if (name === "") return stranger;
  if (name === "owner") return owner;
  const id = makeId("token", systemClock.now(), new Uint8Array(10));
  const actor = { kind: "token", id, source: name, may: (permission: string) => permission === "ingest.send" } as const;
  return actor;
}
