import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Actor, createAccess, permissions as accessPermissions, type Role } from "#access";
import { createApp } from "#http";
import { instant, makeId } from "#kernel";
import { type Events, openSqliteRecords, readMigrations, settableClock, type SettableClock } from "#platform";
import { createLog, createMetrics } from "#telemetry";
import type { EventColumns } from "../../contract.ts";
import { createSearch } from "../create-search.ts";
import { searchPermissions } from "../permissions.ts";
import type { SearchLimits } from "../query-runner.ts";
import { emptyEvent, openEventTables } from "./event-table.ts";

export const testNow = Date.UTC(2026, 0, 31, 12);

export interface TestSearch extends AsyncDisposable {
  readonly events: Events;
  readonly clock: SettableClock;
  /** These events and no others; what a row leaves out is empty, its uid and time come from its place. */
  hold(rows: readonly Partial<EventColumns>[]): Promise<void>;
  add(rows: readonly Partial<EventColumns>[]): Promise<void>;
  audit(): Promise<readonly { readonly action: string; readonly details: string }[]>;
  /** Asks as somebody of a role; every answer is held against its route's shape. */
  as(
    role: Role,
    name?: string,
  ): (method: string, path: string, body?: unknown, signal?: AbortSignal) => Promise<Response>;
}

/** The search over tables and records of its own. */
export async function openSearch(limits: Partial<SearchLimits> = {}): Promise<TestSearch> {
  await using opening = new AsyncDisposableStack();
  const { events } = opening.use(await openEventTables());
  const folder = await mkdtemp(join(tmpdir(), "meridian-searches-"));
  opening.defer(() => rm(folder, { recursive: true }));
  const clock = settableClock(instant(testNow));
  const records = opening.use(await openSqliteRecords({ file: join(folder, "records.db"), clock }));
  await records.migrate([
    ...(await readMigrations("access", new URL("../../../access/migrations/", import.meta.url))),
    ...(await readMigrations("search", new URL("../migrations/", import.meta.url))),
  ]);
  const newId = <Kind extends string>(kind: Kind) => makeId(kind, clock.now(), randomBytes(10));
  const { change } = createAccess({
    records,
    clock,
    newId,
    permissions: [accessPermissions, searchPermissions],
    sessionLifetime: 0,
  });
  const search = createSearch({ events, records, change, clock, newId, monotonic: () => performance.now(), limits });
  const opened = opening.move();
  const insert = (rows: readonly Partial<EventColumns>[]) =>
    events.insert(
      "events",
      rows.map((row, index) => ({
        ...emptyEvent,
        uid: String(index).padStart(32, "0"),
        time: testNow - 1_000 * index,
        received: testNow,
        ...row,
      })),
    );
  return {
    events,
    clock,
    async hold(rows) {
      await events.command("truncate table events");
      await insert(rows);
    },
    add: insert,
    audit: () =>
      records
        .tables<{ access_audit: { action: string; details: string } }>()
        .selectFrom("access_audit")
        .select(["action", "details"])
        .execute(),
    as(role, name = role) {
      const may = (permission: string) =>
        (
          searchPermissions[permission as keyof typeof searchPermissions]?.roles as readonly string[] | undefined
        )?.includes(role) ?? false;
      const caller: Actor = { kind: "person", id: `person_${name}`, may };
      let serial = 0;
      const app = createApp({
        routes: search.routes,
        identify: async () => caller,
        problemPage: () => "",
        newId: (kind) => makeId(kind, instant(serial++), new Uint8Array(10)),
        log: createLog({ level: "error", format: "json", now: () => 0, write: (line) => assert.fail(line) }),
        metrics: createMetrics(),
        origins: { publicUrl: undefined, host: "127.0.0.1" },
        monotonic: () => 0,
        bodyLimit: 100_000,
        requestTimeout: 60_000,
        stopping: new AbortController().signal,
        checkAnswers: true,
      });
      return (method, path, body, signal) =>
        app.fetch(
          new Request(`http://127.0.0.1/api/${path}`, {
            method,
            ...(signal ? { signal } : {}),
            ...(body === undefined
              ? {}
              : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
          }),
        );
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}
