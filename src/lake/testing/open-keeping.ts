import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import assert from "node:assert/strict";
import { type Actor, createAccess, permissions as accessPermissions, type Role } from "#access";
import { createApp } from "#http";
import { instant, makeId } from "#kernel";
import { openChdbEvents, openSqliteRecords, readMigrations, settableClock } from "#platform";
import { createLog, createMetrics } from "#telemetry";
import type { EventColumns } from "../contract.ts";
import { createLake } from "../create-lake.ts";
import { permissions } from "../permissions.ts";

export const testNow = Date.UTC(2026, 6, 31, 12);

/** The lake with its routes, over tables and records of its own, on a clock that stands at `testNow`. */
export async function openKeeping() {
  await using opening = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), "meridian-keeping-"));
  opening.defer(() => rm(folder, { recursive: true }));
  const events = opening.use(await openChdbEvents({ folder: join(folder, "events"), memoryBytes: 1024 ** 3 }));
  const clock = settableClock(instant(testNow));
  const records = opening.use(await openSqliteRecords({ file: join(folder, "records.db"), clock }));
  await records.migrate([
    ...(await readMigrations("access", new URL("../../access/migrations/", import.meta.url))),
    ...(await readMigrations("lake", new URL("../migrations/", import.meta.url))),
  ]);
  const newId = <Kind extends string>(kind: Kind) => makeId(kind, clock.now(), randomBytes(10));
  const tables = [accessPermissions, permissions];
  const { change } = createAccess({ records, clock, newId, permissions: tables, sessionLifetime: 0 });
  const lake = opening.use(
    createLake({ events, clock, records, change, onFault: (error) => assert.fail(String(error)) }),
  );
  await lake.open();
  const opened = opening.move();
  return {
    events,
    clock,
    lake,
    /** Rows that say what they are given and are empty else. */
    async add(rows: readonly Partial<EventColumns>[]) {
      const filled = rows.map((row) => ({
        uid: randomBytes(16).toString("hex"),
        time: testNow,
        received: testNow,
        raw: "{}",
        ...row,
      }));
      await events.insert("events", filled);
    },
    async left(): Promise<string[]> {
      return (await events.query<{ raw: string }>("select raw from events order by raw")).map(({ raw }) => raw);
    },
    audit: () =>
      records
        .tables<{ access_audit: { action: string; outcome: string; details: string } }>()
        .selectFrom("access_audit")
        .select(["action", "outcome", "details"])
        .execute(),
    /** Asks as a person of a role; every answer is held against its route's shape. */
    as(role: Role) {
      const may = (permission: string) =>
        (permissions as Readonly<Record<string, { readonly roles: readonly string[] }>>)[permission]?.roles.includes(
          role,
        ) ?? false;
      const caller: Actor = { kind: "person", id: `person_${role}`, may };
      const app = createApp<Actor>({
        routes: lake.routes,
        identify: () => Promise.resolve(caller),
        problemPage: () => "",
        newId,
        log: createLog({ level: "error", format: "json", now: () => 0, write: (line) => assert.fail(line) }),
        metrics: createMetrics(),
        origins: { publicUrl: undefined, host: "127.0.0.1" },
        monotonic: () => performance.now(),
        bodyLimit: 100_000,
        requestTimeout: 60_000,
        stopping: new AbortController().signal,
        checkAnswers: true,
      });
      return (method: string, path: string, body?: unknown) =>
        app.fetch(
          new Request(`http://127.0.0.1/api/lake/${path}`, {
            method,
            ...(body !== undefined && { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
          }),
        );
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}
