/** What both makers of records promise, as tests; longer than most files since it is one list of promises. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import fc from "fast-check";
import { instant } from "#kernel";
import { brokenConstraint } from "../constraint.ts";
import { MigrationError } from "../migration-error.ts";
import { addColumn, createIndex, createTable, type Migration, run } from "../migration.ts";
import type { Door, Records } from "../records.ts";
import type { Tx } from "../tx.ts";
import type { TestMaker } from "./records-makers.ts";

interface Tables {
  thing: {
    id: string;
    label: string | null;
    size: number;
    weight: number;
    live: 0 | 1;
    made_at: number;
    facts: string;
    seal: Uint8Array;
  };
  part: { thing_id: string; place: number };
}

const things: Migration = {
  room: "test",
  name: "0001-things",
  steps: [
    createTable("thing", {
      columns: {
        id: { type: "text", primaryKey: true },
        label: { type: "text", nullable: true },
        size: { type: "integer", default: 0 },
        weight: { type: "real", default: 0 },
        live: { type: "flag", default: 1 },
        made_at: { type: "instant", default: 0 },
        facts: { type: "json", default: "{}" },
        seal: { type: "bytes", nullable: true },
      },
    }),
    createTable("part", {
      columns: {
        thing_id: { type: "text", references: { table: "thing", column: "id", onDelete: "cascade" } },
        place: { type: "integer" },
      },
      primaryKey: ["thing_id", "place"],
    }),
    createIndex("part_place", { table: "part", columns: ["place"] }),
  ],
};

export function recordsConformance(
  make: () => Promise<TestMaker>,
  about: { name: string; skip: string | false },
): void {
  describe(`records on ${about.name}`, { skip: about.skip }, () => {
    let maker: TestMaker;
    let records: Records;
    let door: Door;
    before(async () => {
      maker = await make();
      records = await maker.open();
      await records.migrate([things]);
      door = records.claimDoor();
    });
    after(async () => {
      await records?.[Symbol.asyncDispose]();
      await maker?.stop();
    });
    const write = (work: (db: ReturnType<Tx["tables"]> & ReturnType<typeof tables>) => Promise<unknown>) =>
      door((tx) => work(tables(tx) as never));
    const tables = (tx: Tx) => tx.tables<Tables>();
    const count = async () =>
      (
        await records
          .tables<Tables>()
          .selectFrom("thing")
          .select(({ fn }) => fn.countAll<number>().as("n"))
          .executeTakeFirstOrThrow()
      ).n;

    test("a value of every column type comes back as it went in", () =>
      fc.assert(
        fc.asyncProperty(value, async (row) => {
          await write((db) => db.deleteFrom("thing").execute());
          await write((db) => db.insertInto("thing").values(row).execute());
          assert.deepEqual(await records.tables<Tables>().selectFrom("thing").selectAll().execute(), [row]);
        }),
        { numRuns: 50 },
      ));

    test("what one database would change on the way is refused before it gets there", async () => {
      const before = await count();
      for (const bad of [{ label: "a\0b" }, { label: "\ud800" }, { size: 2 ** 53 }, { weight: Number.NaN }])
        await assert.rejects(
          write((db) =>
            db
              .insertInto("thing")
              .values({ ...plain("bad"), ...bad })
              .execute(),
          ),
          TypeError,
        );
      for (const bad of [{ live: true }, { made_at: new Date(0) }, { facts: { a: 1 } }])
        await assert.rejects(
          write((db) =>
            db
              .insertInto("thing")
              .values({ ...plain("bad"), ...(bad as object) })
              .execute(),
          ),
          TypeError,
        );
      assert.equal(await count(), before);
    });

    test("a broken constraint is told by its kind", async () => {
      const broken = async (row: object, into: "thing" | "part" = "thing") => {
        const error = await write((db) =>
          db
            .insertInto(into)
            .values(row as never)
            .execute(),
        ).then(
          () => undefined,
          (caught: unknown) => caught,
        );
        return brokenConstraint(error);
      };
      await write((db) => db.insertInto("thing").values(plain("once")).execute());
      assert.equal(await broken(plain("once")), "unique");
      assert.equal(await broken({ thing_id: "nobody", place: 1 }, "part"), "foreign key");
      assert.equal(await broken({ ...plain("x"), size: null }), "not null");
      assert.equal(await broken({ ...plain("x"), live: 2 }), "check");
      assert.equal(await broken({ ...plain("x"), facts: "{not json" }), "check");
      assert.equal(brokenConstraint(new Error("no")), undefined);
    });

    test("text sorts by code point, and nulls come last going up and first going down", () =>
      fc.assert(
        fc.asyncProperty(fc.uniqueArray(text, { minLength: 2, maxLength: 12 }), async (labels) => {
          await write((db) => db.deleteFrom("thing").execute());
          const rows = [...labels, null].map((label, index) => ({ ...plain(`t${index}`), label }));
          await write((db) => db.insertInto("thing").values(rows).execute());
          const read = async (direction: "asc" | "desc") =>
            (
              await records.tables<Tables>().selectFrom("thing").select("label").orderBy("label", direction).execute()
            ).map(({ label }) => label);
          const sorted = labels.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
          assert.deepEqual(await read("asc"), [...sorted, null]);
          assert.deepEqual(await read("desc"), [null, ...sorted.toReversed()]);
        }),
        { numRuns: 20 },
      ));

    test("counts, sums, averages and comparisons are numbers, and LIKE minds the case", async () => {
      await write((db) => db.deleteFrom("thing").execute());
      await write((db) =>
        db
          .insertInto("thing")
          .values([
            { ...plain("Abc"), size: 1 },
            { ...plain("abd"), size: 2 },
          ])
          .execute(),
      );
      const row = await records
        .tables<Tables>()
        .selectFrom("thing")
        .select(({ fn, eb }) => [
          fn.countAll<number>().as("n"),
          fn.sum<number>("size").as("sum"),
          fn.avg<number>("size").as("mean"),
          eb(fn.max("size"), "=", 2).as("two"),
        ])
        .executeTakeFirstOrThrow();
      assert.deepEqual(row, { n: 2, sum: 3, mean: 1.5, two: 1 });
      const like = await records.tables<Tables>().selectFrom("thing").select("id").where("id", "like", "a%").execute();
      assert.deepEqual(like, [{ id: "abd" }]);
    });

    test("a transaction that fails leaves nothing, and the next one works", async () => {
      const before = await count();
      const fault = new Error("no");
      await assert.rejects(
        door(async (tx) => {
          await tables(tx).insertInto("thing").values(plain("lost")).execute();
          throw fault;
        }),
        fault,
      );
      assert.equal(await count(), before);
      await write((db) => db.insertInto("thing").values(plain("kept")).execute());
      assert.equal(await count(), before + 1);
    });

    test("a transaction in which a statement failed cannot commit, even when the failure was caught", async () => {
      const before = await count();
      await assert.rejects(
        door(async (tx) => {
          await tables(tx).insertInto("thing").values(plain("a1")).execute();
          await tables(tx)
            .insertInto("thing")
            .values(plain("a1"))
            .execute()
            .catch(() => undefined);
        }),
      );
      assert.equal(await count(), before);
    });

    test("an aborted transaction leaves nothing and rejects with the reason", async () => {
      const before = await count();
      const stop = new AbortController();
      const reason = new Error("enough");
      await assert.rejects(
        door(
          async (tx) => {
            await tables(tx).insertInto("thing").values(plain("aborted")).execute();
            stop.abort(reason);
          },
          { signal: stop.signal },
        ),
        reason,
      );
      assert.equal(await count(), before);
    });

    test("a Tx kept past its end writes nothing", async () => {
      const before = await count();
      const kept = await door(async (tx) => tables(tx));
      await assert.rejects(kept.insertInto("thing").values(plain("late")).execute(), /already committed/);
      assert.equal(await count(), before);
    });

    test("a transaction inside a transaction is refused, not waited for", () =>
      assert.rejects(
        door(() => door(async () => 1)),
        /hand the Tx down/,
      ));

    test("reading tables cannot write", async () => {
      const reading = records.tables<Tables>() as unknown as ReturnType<typeof tables>;
      const before = await count();
      await assert.rejects(reading.insertInto("thing").values(plain("sneaked")).execute());
      assert.equal(await count(), before);
    });

    test("transactions that read and then write lose no update, however many run at once", async () => {
      await write((db) => db.insertInto("thing").values(plain("sum")).execute());
      await Promise.all(
        Array.from({ length: 12 }, () =>
          door(async (tx) => {
            const { size } = await tables(tx)
              .selectFrom("thing")
              .select("size")
              .where("id", "=", "sum")
              .executeTakeFirstOrThrow();
            await tables(tx)
              .updateTable("thing")
              .set({ size: size + 1 })
              .where("id", "=", "sum")
              .execute();
          }),
        ),
      );
      const row = await records.tables<Tables>().selectFrom("thing").select("size").where("id", "=", "sum").execute();
      assert.deepEqual(row, [{ size: 12 }]);
    });

    test("the door is claimed once", () => assert.throws(() => records.claimDoor(), /claimed already/));

    test("health says which maker answers", async () =>
      assert.deepEqual(await records.health(), { ok: true, maker: maker.maker }));

    migrationConformance(() => maker);
  });
}

function migrationConformance(maker: () => TestMaker): void {
  const code = (expected: string) => (error: unknown) => error instanceof MigrationError && error.code === expected;
  const more: Migration = {
    room: "test",
    name: "0002-colour",
    steps: [addColumn("thing", "colour", { type: "text", default: "red" })],
  };

  describe("migrations", () => {
    test("run once, in order, and each later one when it comes", async () => {
      await using records = await maker().open();
      assert.deepEqual(await records.migrate([things]), ["platform/0001-outbox", "test/0001-things"]);
      assert.deepEqual(await records.migrate([things]), []);
      assert.deepEqual(await records.migrate([things, more]), ["test/0002-colour"]);
    });

    test("two programs that start at once run them once", async () => {
      await using first = await maker().open();
      await using second = await maker().reopen();
      const ran = await Promise.all([first.migrate([things]), second.migrate([things])]);
      assert.deepEqual(ran.flat().sort(), ["platform/0001-outbox", "test/0001-things"]);
    });

    test("a migration that changed after it ran is refused", async () => {
      await using records = await maker().open();
      await records.migrate([things, more]);
      const changed = { ...more, steps: [addColumn("thing", "colour", { type: "text", default: "blue" })] };
      await assert.rejects(records.migrate([things, changed]), code("changed"));
    });

    test("a database that went through more than the program knows is refused", async () => {
      await using records = await maker().open();
      await records.migrate([things, more]);
      await assert.rejects(records.migrate([things]), code("newer"));
    });

    test("a migration that would run before one that has run is refused", async () => {
      await using records = await maker().open();
      await records.migrate([{ ...more, steps: [] }]);
      await assert.rejects(records.migrate([things, { ...more, steps: [] }]), code("out-of-order"));
    });

    test("when one of several fails, none has run", async () => {
      await using records = await maker().open();
      const broken: Migration = { room: "test", name: "0002-broken", steps: [run("insert into nowhere values (1)")] };
      await assert.rejects(records.migrate([things, broken]));
      assert.deepEqual(await records.migrate([things]), ["platform/0001-outbox", "test/0001-things"]);
    });
  });
}

const text = fc
  .string({ unit: "binary", maxLength: 20 })
  .filter((candidate) => candidate.isWellFormed() && !candidate.includes("\0"));

const value = fc.record(
  {
    id: text,
    label: fc.option(text),
    size: fc.maxSafeInteger(),
    // Both databases fold -0 into 0.
    weight: fc
      .double({ noNaN: true, noDefaultInfinity: true })
      .filter((number) => !Number.isInteger(number) || Number.isSafeInteger(number))
      .map((number) => (number === 0 ? 0 : number)),
    live: fc.constantFrom<0 | 1>(0, 1),
    made_at: fc.integer({ min: 0, max: 253_402_300_799_999 }).map(instant),
    facts: fc.jsonValue({ stringUnit: "grapheme" }).map((json) => JSON.stringify(json)),
    seal: fc.uint8Array({ maxLength: 40 }),
  },
  { noNullPrototype: true },
);

function plain(id: string): Tables["thing"] {
  return { id, label: null, size: 0, weight: 0, live: 1, made_at: 0, facts: "{}", seal: new Uint8Array() };
}
