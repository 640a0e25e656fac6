import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { instant, makeId } from "#kernel";
import { openSqliteRecords, readMigrations, settableClock } from "#platform";
import { createAccess } from "../create-access.ts";
import { permissions } from "../permissions.ts";

export const sessionLifetime = 12 * 3_600_000;

/** Access over records of its own in a temporary folder, on a clock that the test moves. */
export async function openAccess() {
  const folder = await mkdtemp(join(tmpdir(), "meridian-access-"));
  const clock = settableClock(instant(Date.UTC(2026, 0, 31, 4)));
  const records = await openSqliteRecords({ file: join(folder, "records.sqlite"), clock });
  await records.migrate(await readMigrations("access", new URL("../migrations/", import.meta.url)));
  const access = createAccess({
    records,
    clock,
    newId: (kind) => makeId(kind, clock.now(), randomBytes(10)),
    permissions: [permissions, { "things.make": { says: "Make things.", roles: ["owner"] } }],
    sessionLifetime,
  });
  return {
    access,
    clock,
    records,
    async [Symbol.asyncDispose]() {
      await records[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
