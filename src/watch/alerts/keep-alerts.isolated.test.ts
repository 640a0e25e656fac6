import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Records, systemClock } from "#platform";
import { recordsMakers } from "#platform/testing";
import { createAccess, permissions as accessPermissions } from "#access";
import { makeId } from "#kernel";
import { randomBytes } from "node:crypto";
import type { FindingRow } from "#lake";
import { sourceFinding } from "../health/source-finding.ts";
import { permissions } from "../permissions.ts";
import { memoryLake, type MemoryLake } from "../testing/memory-lake.ts";
import { openGround } from "../testing/open-spine.ts";
import type { WatchTables } from "../tables.ts";
import { createAlertKeeper } from "./keep-alerts.ts";

const postgres = recordsMakers.find(({ name }) => name === "PostgreSQL") ?? assert.fail();

/** Alerts as one of several processes makes them. */
function processOn(records: Records, lake: MemoryLake) {
  const { change } = createAccess({
    records,
    clock: systemClock,
    newId: (kind) => makeId(kind, systemClock.now(), randomBytes(10)),
    permissions: [accessPermissions, permissions],
    sessionLifetime: 1,
  });
  const keeper = createAlertKeeper({
    read: records.tables<WatchTables>(),
    change,
    clock: systemClock,
    findings: lake,
    windowOf: () => 3_600_000,
    oldest: () => systemClock.now(),
    shared: true,
  });
  /** `dies` after its findings are stored; then somebody else is sent the same. */
  return async (source: string, sinces: readonly number[], dies: boolean) => {
    const drafts = sinces.map((since) =>
      sourceFinding({ name: "source.silent", source, at: 1e9, since, expectedPerMinute: 1 }, 1e9),
    );
    const alerts = await keeper.assign(drafts);
    const rows = drafts.map((draft, at): FindingRow => ({ ...draft, alert: alerts[at]! }));
    const { fresh } = await lake.storeFindings(rows);
    if (dies) return;
    const others = rows.filter((_, at) => fresh[at] === 0).map(({ id }) => id);
    if (others.length > 0) await keeper.confirm(others);
    await keeper.apply(rows.filter((_, at) => fresh[at] === 1));
  };
}

test(
  "of processes that find something about one entity at the same moment, all find one alert, which counts each finding once",
  { skip: postgres.skip },
  async () => {
    const maker = await postgres.start();
    const ground = await openGround(maker, systemClock);
    const others = await Promise.all([0, 1, 2].map(() => maker.reopen()));
    const lake = memoryLake();
    const processes = others.map((records) => processOn(records, lake));
    let round = 0;
    const found = fc.record({
      process: fc.integer({ min: 0, max: 2 }),
      sinces: fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 3 }),
      dies: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(found, { minLength: 1, maxLength: 6 }), async (all) => {
        const source = `source-${round++}`;
        await Promise.all(all.map(({ process, sinces, dies }) => processes[process]!(source, sinces, dies)));
        // Senders of those that died come again, to anybody.
        for (const { sinces, dies } of all) if (dies) await processes[0]!(source, sinces, false);
        const alerts = await ground.records
          .tables<WatchTables>()
          .selectFrom("watch_alerts")
          .select("findings")
          .where("source", "=", source)
          .execute();
        assert.deepEqual(alerts, [{ findings: new Set(all.flatMap(({ sinces }) => sinces)).size }]);
      }),
      { numRuns: 15 },
    );
    await Promise.all([ground, ...others].map((one) => one[Symbol.asyncDispose]()));
    await maker.stop();
  },
);
