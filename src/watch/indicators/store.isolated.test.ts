import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { instant, makeId } from "#kernel";
import { settableClock, type Tx } from "#platform";
import { recordsMakers } from "#platform/testing";
import type { WatchTables } from "../tables.ts";
import { openGround } from "../testing/open-spine.ts";
import type { Indicator } from "./indicator.ts";
import { createIndicatorBook } from "./indicator-book.ts";
import {
  addIndicators,
  addList,
  countsByList,
  indicatorRows,
  type ListRow,
  removeList,
  removeOthers,
} from "./store.ts";

const now = Date.UTC(2026, 5, 1);
const nothing = { src_ip: "", dst_ip: "", url: "", hash: [], user: "" };
const domain = (value: string, more: Partial<Indicator> = {}): Indicator => ({
  type: "domain",
  value,
  reach: "exact",
  labels: [],
  reference: "",
  ...more,
});

for (const maker of recordsMakers)
  describe(`lists of indicators in ${maker.name}`, { skip: maker.skip }, () => {
    test("each indicator is there once, as it was said last; a replacement takes what is not in it; ends are kept to", async () => {
      const started = await maker.start();
      const clock = settableClock(instant(now));
      try {
        await using ground = await openGround(started, clock);
        const read = ground.records.tables<WatchTables>();
        const { change } = ground.access;
        const write = (work: (tx: Tx) => Promise<unknown>) =>
          change({ id: "me", may: () => true } as never, "indicators.manage", ({ tx }) => work(tx));
        const book = createIndicatorBook({ read, change, clock });
        const list: ListRow = {
          id: makeId("indicator-list", instant(now), new Uint8Array(10)),
          name: "c2",
          owner: "me",
          source: "a test",
          level: "high",
          confidence: 50,
          lifetime: 10_000,
          enabled: 1,
          made_at: instant(now),
          made_by: "me",
          changed_at: instant(now),
          revision: 0,
        };
        await write(async (tx) => {
          assert.equal(await addList(tx, list), true);
          assert.equal(
            await addList(tx, { ...list, id: makeId("indicator-list", instant(now), new Uint8Array(10).fill(1)) }),
            false,
          );
        });
        const add = (upload: string, all: readonly Indicator[]) =>
          write((tx) => addIndicators(tx, all, { list, upload, at: instant(now), by: "me" }));
        const many = Array.from({ length: 1_000 }, (_, number) => domain(`n${number}.example`));
        await add("first", [...many, domain("kept.example", { labels: ["old"] })]);
        await add("second", [
          domain("kept.example", { labels: ["new"] }),
          domain("long.example", { until: now + 60_000 }),
        ]);
        assert.equal((await countsByList(read)).get(list.id), 1_002);
        const [kept] = await indicatorRows(read, list.id, { value: "kept.example", limit: 10 });
        assert.deepEqual([kept?.labels, kept?.valid_until], ['["new"]', now + 10_000]);
        await write(async (tx) => assert.equal(await removeOthers(tx, list.id, "second"), 1_000));

        assert.equal(await book.refresh(), true);
        assert.equal(await book.refresh(), false);
        const held = (name: string, at: number) => book.index?.match({ ...nothing, domain: name }, at).length;
        assert.deepEqual(
          [held("kept.example", now), held("n1.example", now), held("kept.example", now + 10_000)],
          [1, 0, 0],
        );
        assert.deepEqual((await book.placeholders())["c2"]?.toSorted(), ["kept.example", "long.example"]);
        clock.advance(10_000);
        assert.deepEqual((await book.placeholders())["c2"], ["long.example"]);
        await book.forget();
        assert.deepEqual(
          (await indicatorRows(read, list.id, { limit: 10 })).map(({ value }) => value),
          ["long.example"],
        );
        await write((tx) => removeList(tx, list.id));
        await book.refresh();
        assert.deepEqual(
          [book.shared, book.rules, await indicatorRows(read, list.id, { limit: 10 })],
          [undefined, [], []],
        );
      } finally {
        await started.stop();
      }
    });
  });
