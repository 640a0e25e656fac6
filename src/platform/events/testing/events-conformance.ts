/** What both makers of events promise, as tests. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import fc from "fast-check";
import { type EventRow, type Events, EventsError, type EventsProblem, type QueryLimits } from "../events.ts";

export interface TestMaker extends AsyncDisposable {
  readonly events: Events;
}

const noLimits: QueryLimits = { seconds: 60, memoryBytes: 1024 ** 3, rowsRead: 0, rowsGiven: 0 };

export function eventsConformance(name: string, make: () => Promise<TestMaker>): void {
  describe(`events on ${name}`, () => {
    let maker: TestMaker;
    let events: Events;
    before(async () => {
      maker = await make();
      events = maker.events;
      await events.command(
        "create table seen (id UInt32, line String, at DateTime64(3), size Nullable(Int64), tags Array(String), part Float64) engine = MergeTree order by id",
      );
      await events.command("create table numbers_seen (n UInt32) engine = MergeTree order by n");
    });
    after(async () => maker?.[Symbol.asyncDispose]());

    test("rows come back as they went in, whatever is in them", () =>
      fc.assert(
        fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 30 }), async (given) => {
          await events.command("truncate table seen");
          const rows = given.map((fields, id) => ({ id, ...fields }));
          await events.insert("seen", rows);
          assert.deepEqual(await events.query("select * from seen order by id"), rows);
        }),
        { numRuns: 20 },
      ));

    test("lines that are spelled already are rows like any others", () =>
      fc.assert(
        fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 30 }), async (given) => {
          await events.command("truncate table seen");
          const rows = given.map((fields, id) => ({ id, ...fields }));
          const text = rows.map((fields) => `${JSON.stringify(fields)}\n`).join("");
          // Within a larger buffer, as a pool's often are.
          await events.insertLines("seen", new TextEncoder().encode(`xx${text}`).subarray(2));
          assert.deepEqual(await events.query("select * from seen order by id"), rows);
        }),
        { numRuns: 20 },
      ));

    test("lines that are no rows are refused, and nothing of them is added", async () => {
      const count = () => events.query("select count() as n from numbers_seen");
      const before = await count();
      for (const text of [
        "\n",
        '{"n":1}\n\n{"n":2}\n',
        '{"n":1}\ndrop table numbers_seen\n',
        '[{"n":1}]\n',
        '{"n":1}\n{"n"',
      ])
        await assert.rejects(events.insertLines("numbers_seen", new TextEncoder().encode(text)), Error, text);
      await assert.rejects(
        events.insertLines("nowhere", new TextEncoder().encode('{"n":1}\n')),
        isProblem("unknown-name"),
      );
      await events.insertLines("numbers_seen", new Uint8Array());
      assert.deepEqual(await count(), before);
    });

    test("rows are added while as many long questions are asked as come", async () => {
      await events.command("create table arriving (n UInt32) engine = MergeTree order by n");
      await events.insert("arriving", [{ n: 7 }]);
      const stop = new AbortController();
      const asked = Array.from({ length: 20 }, () =>
        assert.rejects(
          events.query("select max(sipHash64(number)) from numbers(1000000000000)", {
            limits: noLimits,
            signal: stop.signal,
          }),
        ),
      );
      await events.insertLines("arriving", new TextEncoder().encode('{"n":8}\n'));
      await events.insert("arriving", [{ n: 9 }]);
      assert.deepEqual(await events.query("select max(n) as n from arriving", { ahead: true }), [{ n: 9 }]);
      stop.abort();
      await Promise.all(asked);
      assert.deepEqual(await events.query("select n from arriving where n in (8, 9) order by n"), [{ n: 8 }, { n: 9 }]);
    });

    test("what looks like SQL in a row stays a row", async () => {
      const line = '{"id":1}\n\ndrop table seen;\n\n\'; drop table seen; --';
      await events.command("truncate table seen");
      await events.insert("seen", [{ id: 1, line, at: 0, tags: [], part: 0 }]);
      assert.deepEqual(await events.query("select line from seen"), [{ line }]);
    });

    test("a parameter is a value, whatever is in it", () =>
      fc.assert(
        fc.asyncProperty(text, fc.array(text, { maxLength: 5 }), fc.maxSafeInteger(), async (one, many, number) => {
          const [found] = await events.query(
            "select {one:String} as one, {many:Array(String)} as many, {n:Int64} as n",
            {
              parameters: { one, many, n: number },
            },
          );
          assert.deepEqual(found, { one, many, n: number });
        }),
        { numRuns: 30 },
      ));

    test("settings and parameters of one query are gone in the next, even when many run at once", async () => {
      await Promise.all(
        Array.from({ length: 20 }, async (_, n) => {
          const found = await events.query("select {n:UInt32} as n, getSetting('max_execution_time') as seconds", {
            parameters: { n },
            limits: { seconds: 100 + n },
          });
          assert.deepEqual(found, [{ n, seconds: 100 + n }]);
        }),
      );
      await assert.rejects(events.query("select {n:UInt32} as n"));
    });

    test("a number that JavaScript cannot hold is refused, not rounded", async () => {
      await assert.rejects(events.query("select toUInt64(18446744073709551615) as big"), RangeError);
      assert.deepEqual(
        await events.query("select toString(toUInt64(18446744073709551615)) as big, '9999999999999999999' as text"),
        [{ big: "18446744073709551615", text: "9999999999999999999" }],
      );
    });

    test("times are in UTC, as RFC 3339", async () =>
      assert.deepEqual(
        await events.query("select toDateTime64('2026-07-01 12:00:00.5', 3) as at, timezone() as zone"),
        [{ at: "2026-07-01T12:00:00.500Z", zone: "UTC" }],
      ));

    test("a query cannot write, nor leave its limits", async () => {
      await events.insert("numbers_seen", [{ n: 1 }]);
      for (const sql of [
        "drop table numbers_seen",
        "insert into numbers_seen values (2)",
        "truncate table numbers_seen",
        "set readonly = 0",
        "system flush logs",
        "select 1 into outfile 'written.txt'",
        "select * from file('/etc/passwd', 'LineAsString')",
        "select * from url('http://127.0.0.1:9/', 'LineAsString')",
        "select n from numbers_seen settings max_memory_usage = 0",
        "select n from numbers_seen settings readonly = 0",
      ])
        await assert.rejects(events.query(sql), isProblem("read-only", "syntax"), sql);
      assert.deepEqual(await events.query("select n from numbers_seen"), [{ n: 1 }]);
    });

    test("one call runs one statement", async () => {
      await assert.rejects(events.query("select 1; drop table numbers_seen"), isProblem("syntax"));
      await assert.rejects(events.command("select 1; drop table numbers_seen"), isProblem("syntax"));
      await events.query("select 1 from numbers_seen");
    });

    test("each limit ends a query by its name", async () => {
      const ends = (sql: string, limits: Partial<QueryLimits>, problem: EventsProblem) =>
        assert.rejects(events.query(sql, { limits: { ...noLimits, ...limits } }), isProblem(problem), problem);
      await ends("select max(sipHash64(number)) from numbers(1000000000000)", { seconds: 1 }, "time");
      await ends("select length(groupArray(number)) from numbers(100000000)", { memoryBytes: 50_000_000 }, "memory");
      await ends("select number from numbers(10000000)", { rowsGiven: 100 }, "size");
      await ends("select count() from numbers(10000000) where number % 2 = 1", { rowsRead: 100 }, "size");
    });

    test("an error names what is wrong", async () => {
      await assert.rejects(events.query("selec 1"), isProblem("syntax"));
      await assert.rejects(events.query("select * from nowhere"), isProblem("unknown-name"));
      await assert.rejects(events.insert("nowhere", [{ n: 1 }]), isProblem("unknown-name"));
    });

    test("a row that does not fit is refused with the whole insert", async () => {
      const count = () => events.query("select count() as n from numbers_seen");
      const before = await count();
      for (const bad of [{ n: "x" }, { n: 1, other: 2 }, { n: -1 }])
        await assert.rejects(events.insert("numbers_seen", [{ n: 5 }, bad]), Error, JSON.stringify(bad));
      assert.deepEqual(await count(), before);
    });

    test("an insert is refused where a crash would lose it", async () => {
      await events.command("create table forgetful (n UInt8) engine = Memory");
      await assert.rejects(events.insert("forgetful", [{ n: 1 }]), isProblem("not-durable"));
      await events.command("create table lax (n UInt8) engine = MergeTree order by n settings fsync_after_insert = 0");
      await assert.rejects(events.insert("lax", [{ n: 1 }]), isProblem("not-durable"));
      await events.command("alter table lax modify setting fsync_after_insert = 1, fsync_part_directory = 1");
      await events.insert("lax", [{ n: 1 }]);
    });

    test("an abort rejects with its reason, and the engine stops", async () => {
      const stop = new AbortController();
      const reason = new Error("enough");
      const asked = events.query("select max(sipHash64(number)) from numbers(1000000000000)", {
        limits: noLimits,
        signal: stop.signal,
      });
      await until(async () => (await running()) > 0);
      stop.abort(reason);
      await assert.rejects(asked, reason);
      await until(async () => (await running()) === 0);
      await assert.rejects(events.query("select 1", { signal: stop.signal }), reason);
    });

    test("leaving a stream ends its query", async () => {
      for await (const rows of events.stream("select number from numbers(1000000000000)", { limits: noLimits }))
        if (rows.length > 0) break;
      await until(async () => (await running()) === 0);
    });

    test("a stream aborted half-way rejects with the reason", async () => {
      const stop = new AbortController();
      const reason = new Error("enough");
      const read = async () => {
        for await (const rows of events.stream("select number from numbers(1000000000000)", {
          limits: noLimits,
          signal: stop.signal,
        }))
          if (rows.length > 0) stop.abort(reason);
      };
      await assert.rejects(read(), reason);
      await until(async () => (await running()) === 0);
    });

    test("an error after the first rows is told, not taken for the end", async () => {
      let rows = 0;
      const read = async () => {
        // Late: threads that run ahead must not meet the error before the first rows have been written.
        const sql = "select number, throwIf(number = 1000000) from numbers(1200000)";
        for await (const batch of events.stream(sql, { limits: noLimits })) rows += batch.length;
      };
      await assert.rejects(read());
      assert.ok(rows > 0 && rows < 1_200_000, `${rows} rows`);
    });

    test("a stream gives every row once, in order", async () => {
      let next = 0;
      for await (const rows of events.stream<{ number: number }>("select number from numbers(150000)", {
        limits: noLimits,
      }))
        for (const { number } of rows) assert.equal(number, next++);
      assert.equal(next, 150_000);
    });

    test("health tells the version", async () => {
      const health = await events.health();
      assert.equal(health.ok, true);
      assert.match(health.detail ?? "", /^\d+\.\d+/);
    });

    async function running(): Promise<number> {
      const rows = await events.query(
        "select 1 from system.processes where query like '%numbers(1000000000000)%' and query not like '%system.processes%'",
      );
      return rows.length;
    }
  });
}

function isProblem(...codes: EventsProblem[]): (error: unknown) => boolean {
  return (error) => error instanceof EventsError && codes.includes(error.code);
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds()));
}

const text = fc.string({ unit: "binary", maxLength: 30 }).filter((candidate) => candidate.isWellFormed());

const row: fc.Arbitrary<EventRow> = fc.record(
  {
    line: text,
    at: fc.integer({ min: 0, max: 4_000_000_000_000 }).map((at) => new Date(at).toISOString()),
    size: fc.option(fc.maxSafeInteger()),
    tags: fc.array(text, { maxLength: 4 }),
    // A whole number past 2^53 is refused on the way out, wherever it stands.
    part: fc
      .double({ noNaN: true, noDefaultInfinity: true })
      .filter((number) => !Number.isInteger(number) || Number.isSafeInteger(number))
      .map((number) => (number === 0 ? 0 : number)),
  },
  { noNullPrototype: true },
);
