import { randomBytes } from "node:crypto";
import { instant, makeId } from "#kernel";
import { readMigrations, settableClock } from "#platform";
import type { TestMaker } from "#platform/testing";
import { type AccessOptions, createAccess } from "../create-access.ts";
import { permissions } from "../permissions.ts";

export const sessionLifetime = 12 * 3_600_000;

/** Access over new records of a maker, on a clock that the test moves. */
export async function openAccess(maker: TestMaker, options: Pick<AccessOptions, "keep"> = {}) {
  const clock = settableClock(instant(Date.UTC(2026, 0, 31, 4)));
  // On the system's clock: a transaction that lost to another one waits before it runs again.
  const records = await maker.open();
  await records.migrate(await readMigrations("access", new URL("../migrations/", import.meta.url)));
  const access = createAccess({
    records,
    clock,
    newId: (kind) => makeId(kind, clock.now(), randomBytes(10)),
    permissions: [permissions, { "things.make": { says: "Make things.", roles: ["owner"] } }],
    sessionLifetime,
    ...options,
  });
  return { access, clock, records, [Symbol.asyncDispose]: () => records[Symbol.asyncDispose]() };
}
