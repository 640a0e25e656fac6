import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { systemClock } from "#platform";
import { recordsMakers } from "#platform/testing";
import { memoryLake } from "../testing/memory-lake.ts";
import { openGround, openSpine } from "../testing/open-spine.ts";
import type { WatchTables } from "../tables.ts";
import { sourceFinding } from "./source-finding.ts";

const silent = {
  name: "source.silent",
  source: "edge",
  at: 7_200_000,
  since: 3_600_000,
  expectedPerMinute: 12.3456,
} as const;

test("a fact about a source is one finding however often it is told, and another silence is another one", () => {
  const ids = [0, 1].map((received) => sourceFinding(silent, received).id);
  assert.equal(ids[0], ids[1]);
  assert.notEqual(sourceFinding({ ...silent, since: 1 }, 0).id, ids[0]);
  assert.notEqual(sourceFinding({ ...silent, source: "other" }, 0).id, ids[0]);
});

for (const { name, skip, start } of recordsMakers.slice(0, 1))
  describe(name, { skip }, () => {
    test("a source that falls silent or changes shape raises one alert each, and none when it comes back", async () => {
      const maker = await start();
      const ground = await openGround(maker, systemClock);
      const { committer } = await openSpine({ lake: memoryLake(), ground, rules: [] });
      const drifted = { name: "source.drifted", source: "edge", at: 7_300_000, changes: ["+new", "-old"] } as const;
      const returned = { name: "source.returned", source: "edge", at: 7_400_000, since: 3_600_000 } as const;
      for (const fact of [silent, silent, drifted, returned]) await committer.raise([sourceFinding(fact, fact.at)]);
      const alerts = await ground.records.tables<WatchTables>().selectFrom("watch_alerts").selectAll().execute();
      assert.deepEqual(
        alerts.map(({ rule, entity, type, level, findings }) => [rule, entity, type, level, findings]).sort(),
        [
          ["meridian.source/drifted", "source:edge", "health", "medium", 1],
          ["meridian.source/silent", "source:edge", "health", "high", 1],
        ],
      );
      await ground[Symbol.asyncDispose]();
      await maker.stop();
    });
  });
