/** What the outbox promises on both makers of records, as tests. */
import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import fc from "fast-check";
import { instant } from "#kernel";
import { type SettableClock, settableClock } from "../../clock.ts";
import { createTable, type Migration } from "../migration.ts";
import { announce, type Announcement, firstTime, type Handler } from "../outbox.ts";
import type { Door, Records } from "../records.ts";
import type { TestMaker } from "./records-makers.ts";

const migrations: Migration[] = [
  { room: "test", name: "0001-done", steps: [createTable("done", { columns: { event_id: { type: "text" } } })] },
];

export function outboxConformance(make: () => Promise<TestMaker>, about: { name: string; skip: string | false }): void {
  describe(`the outbox on ${about.name}`, { skip: about.skip }, () => {
    let maker: TestMaker;
    let records: Records;
    let door: Door;
    let clock: SettableClock;
    before(async () => void (maker = await make()));
    after(async () => maker?.stop());
    beforeEach(async () => {
      records = await maker.open();
      await records.migrate(migrations);
      door = records.claimDoor();
      clock = settableClock(instant(1_790_000_000_000));
    });
    afterEach(() => records[Symbol.asyncDispose]());

    const happened = (...ids: string[]) =>
      door((tx) =>
        announce(
          tx,
          ids.map((id) => announcement(id, clock)),
        ),
      );
    const deliver = (handlers: readonly Handler[]) => records.outbox.deliverDue(handlers, { clock, mostAttempts: 4 });

    test("each handler gets what it wants, once, as it was announced, and nothing else", async () => {
      const got: string[] = [];
      const handlers = [
        handler(
          "a.one",
          ["thing.happened"],
          async ({ id, body }) => void got.push(`one ${id} ${JSON.stringify(body)}`),
        ),
        handler("a.two", ["thing.happened", "else.happened"], async ({ id }) => void got.push(`two ${id}`)),
        handler("a.deaf", ["else.happened"], async ({ id }) => void got.push(`deaf ${id}`)),
      ];
      await happened("e1");
      assert.equal(await deliver(handlers), 2);
      assert.equal(await deliver(handlers), 0);
      assert.deepEqual(got.sort(), ['one e1 {"of":"e1"}', "two e1"]);
      assert.deepEqual(await records.outbox.counts(), { waiting: 0, dead: 0 });
    });

    test("what a transaction announced is forgotten with it when it fails", async () => {
      const fault = new Error("no");
      await assert.rejects(
        door(async (tx) => {
          await announce(tx, [announcement("never", clock)]);
          throw fault;
        }),
        fault,
      );
      assert.equal(await deliver([handler("a.one", ["thing.happened"], async () => assert.fail("delivered"))]), 0);
    });

    test("a handler that fails is tried again later, more and more rarely, and then is a dead letter", async () => {
      let tries = 0;
      const outcomes: string[] = [];
      const deliverTelling = (handlers: readonly Handler[]) =>
        records.outbox.deliverDue(handlers, {
          clock,
          mostAttempts: 4,
          onTried: (name, outcome) => void outcomes.push(`${name} ${outcome}`),
        });
      const failing = handler("a.failing", ["thing.happened"], async () => {
        throw new TypeError(`try ${(tries += 1)}\0`);
      });
      await happened("e1");
      for (let round = 1; round <= 4; round += 1) {
        assert.equal(await deliverTelling([failing]), 1);
        assert.equal(await deliverTelling([failing]), 0, "not at once");
        // The longest that the wait after this try can be.
        clock.advance(250 * 2 ** round);
      }
      assert.equal(await deliver([failing]), 0);
      assert.deepEqual(await records.outbox.counts(), { waiting: 0, dead: 1 });
      const [letter] = await records.outbox.dead(10);
      assert.deepEqual([letter?.announcement.id, letter?.handler, letter?.attempts], ["e1", "a.failing", 4]);
      assert.equal(letter?.problem, "TypeError: try 4");
      const postponed = "a.failing postponed";
      assert.deepEqual(outcomes, [postponed, postponed, postponed, "a.failing dead"]);
    });

    test("a dead letter can be revived, once", async () => {
      let broken = true;
      const mended = handler("a.mended", ["thing.happened"], async () => {
        if (broken) throw new Error("broken");
      });
      await happened("e1");
      await records.outbox.deliverDue([mended], { clock, mostAttempts: 1 });
      assert.equal(await records.outbox.revive("e1", "a.other", clock.now()), false);
      assert.equal(await records.outbox.revive("e1", "a.mended", clock.now()), true);
      assert.equal(await records.outbox.revive("e1", "a.mended", clock.now()), false);
      broken = false;
      assert.equal(await deliver([mended]), 1);
      assert.deepEqual(await records.outbox.counts(), { waiting: 0, dead: 0 });
    });

    test("one handler's failure does not deliver to another one twice", async () => {
      let delivered = 0;
      const handlers = [
        handler("a.fine", ["thing.happened"], async () => void (delivered += 1)),
        handler("a.failing", ["thing.happened"], () => Promise.reject(new Error("no"))),
      ];
      await happened("e1");
      await deliver(handlers);
      clock.advance(60_000);
      await deliver(handlers);
      assert.equal(delivered, 1);
    });

    test("a delivery whose process died is made again once its lease has ended", async () => {
      await happened("e1");
      const hung = Promise.withResolvers<void>();
      const dying = deliver([handler("a.one", ["thing.happened"], () => hung.promise)]);
      while (clock.sleepers === 0) await tick();
      let again = 0;
      const living = [handler("a.one", ["thing.happened"], async () => void (again += 1))];
      assert.equal(await deliver(living), 0);
      clock.advance(60_000);
      assert.equal(await deliver(living), 1);
      // It was not dead after all: what it did now counts for nothing.
      hung.resolve();
      await dying;
      assert.equal(again, 1);
      assert.deepEqual(await records.outbox.counts(), { waiting: 0, dead: 0 });
    });

    test("a handler that takes too long is told by its signal", async () => {
      await happened("e1");
      let told = false;
      const slow = handler("a.slow", ["thing.happened"], async (_, signal) => {
        await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
        told = true;
      });
      const round = deliver([slow]);
      while (clock.sleepers === 0) await tick();
      clock.advance(60_000);
      await round;
      assert.equal(told, true);
    });

    test("work done with firstTime is done exactly once, however handlers fail and whoever delivers", () =>
      fc.assert(
        fc.asyncProperty(
          fc.uniqueArray(fc.string({ unit: "grapheme-ascii", minLength: 1, maxLength: 8 }), {
            minLength: 1,
            maxLength: 8,
          }),
          fc.infiniteStream(fc.constantFrom("fine", "fine", "fails before", "fails after")),
          async (ids, fates) => {
            await door((tx) => tx.tables<Done>().deleteFrom("done").execute());
            await door((tx) => tx.tables<Handled>().deleteFrom("platform_handled").execute());
            await door((tx) => tx.tables<Handled>().deleteFrom("platform_outbox").execute());
            await happened(...ids);
            const fallible = handler("a.fallible", ["thing.happened"], async (given) => {
              const fate = fates.next().value;
              if (fate === "fails before") throw new Error("before");
              await door(async (tx) => {
                if (!(await firstTime(tx, "a.fallible", given))) return;
                await tx.tables<Done>().insertInto("done").values({ event_id: given.id }).execute();
              });
              if (fate === "fails after") throw new Error("after");
            });
            for (let rounds = 0; rounds < 200; rounds += 1) {
              await Promise.all([1, 2].map(() => records.outbox.deliverDue([fallible], { clock, mostAttempts: 100 })));
              clock.advance(600_000);
              if ((await records.outbox.counts()).waiting === 0) break;
            }
            const done = await records
              .tables<Done>()
              .selectFrom("done")
              .select("event_id")
              .orderBy("event_id")
              .execute();
            assert.deepEqual(
              done.map(({ event_id }) => event_id),
              ids.toSorted(),
            );
          },
        ),
        { numRuns: 8 },
      ));

    test("the dispatcher delivers what is announced without waiting for its next look, and stops when told", async () => {
      const got = Promise.withResolvers<string>();
      const stop = new AbortController();
      const dispatching = records.outbox.dispatch(
        [handler("a.one", ["thing.happened"], async ({ id }) => got.resolve(id))],
        { clock, signal: stop.signal, poll: 1_000_000_000 },
      );
      while (clock.sleepers === 0) await tick();
      await happened("e1");
      assert.equal(await got.promise, "e1");
      stop.abort();
      await dispatching;
      assert.equal(clock.sleepers, 0);
    });

    test("what was in flight at a shutdown is tried again at the next start, and is no failure", async () => {
      await happened("e1");
      const stop = new AbortController();
      const stopped = handler("a.one", ["thing.happened"], async (_, signal) => {
        stop.abort();
        signal.throwIfAborted();
      });
      await records.outbox.dispatch([stopped], { clock, signal: stop.signal, mostAttempts: 1 });
      assert.deepEqual(await records.outbox.counts(), { waiting: 1, dead: 0 });
      assert.equal(await deliver([handler("a.one", ["thing.happened"], async () => {})]), 1);
    });

    test("forgetting takes what is old and done, and leaves what is not", async () => {
      const one = handler("a.one", ["thing.happened"], async ({ id }) => {
        if (id === "stuck") throw new Error("no");
      });
      await happened("done", "stuck");
      await deliver([one]);
      clock.advance(1000);
      await happened("young");
      await deliver([one]);
      assert.equal(await records.outbox.forget(instant(clock.now() - 1)), 1);
      assert.equal((await records.outbox.counts()).waiting, 1);
    });

    test("a name that is not in the past tense's form, and one id twice, are refused", async () => {
      await assert.rejects(
        door((tx) => announce(tx, [{ ...announcement("x", clock), name: "Thing" }])),
        RangeError,
      );
      await happened("e1");
      await assert.rejects(happened("e1"));
      await assert.rejects(
        records.outbox.deliverDue([handler("a", [], async () => {}), handler("a", [], async () => {})], { clock }),
        RangeError,
      );
    });
  });
}

interface Done {
  done: { event_id: string };
}

interface Handled {
  platform_handled: { event_id: string };
  platform_outbox: { id: string };
}

function handler(name: string, wants: readonly string[], handle: Handler["handle"]): Handler {
  return { name, wants, handle };
}

function announcement(id: string, clock: SettableClock): Announcement {
  return { id, name: "thing.happened", at: clock.now(), body: { of: id } };
}

function tick(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
