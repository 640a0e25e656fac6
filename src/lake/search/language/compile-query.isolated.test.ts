import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import fc from "fast-check";
import type { Events } from "#platform";
import type { EventColumns } from "../../contract.ts";
import { openEventTables } from "../testing/event-table.ts";
import { keys, randomEvents, words } from "../testing/random-events.ts";
import { holds } from "../testing/reference.ts";
import type { Query, Term } from "./ast.ts";
import { compileQuery } from "./compile-query.ts";
import { any, type Glob } from "./glob.ts";
import { printQuery } from "./print-query.ts";
import { globs, normalGlob, terms } from "./testing/queries.ts";

const now = Date.UTC(2026, 0, 3);
const times = { from: Date.UTC(2020, 0, 1), to: Date.UTC(2030, 0, 1), now };

describe("a compiled search", () => {
  let tables: Awaited<ReturnType<typeof openEventTables>>;
  let events: Events;
  before(async () => {
    tables = await openEventTables();
    events = tables.events;
  });
  after(async () => tables?.[Symbol.asyncDispose]());

  async function fill(rows: readonly EventColumns[]): Promise<void> {
    await events.command("truncate table events");
    await events.insert("events", rows as unknown as Record<string, unknown>[]);
  }

  async function found(where: Term): Promise<string[] | undefined> {
    const query: Query = { in: "events", where, pipes: [] };
    const compiled = compileQuery(query, times);
    if (!compiled.ok) return undefined;
    assert.equal(compiled.value.kind, "rows");
    if (compiled.value.kind !== "rows") return undefined;
    const { from, where: sql, order, parameters } = compiled.value;
    const rows = await events.query<{ uid: string }>(`SELECT uid, raw FROM ${from} WHERE ${sql}${order} LIMIT 1000`, {
      parameters: parameters.values,
    });
    return rows.map(({ uid }) => uid).toSorted();
  }

  test("finds the rows that a plain reading of it finds, with the index and without", () =>
    fc.assert(
      fc.asyncProperty(randomEvents, fc.array(term, { minLength: 8, maxLength: 8 }), async (rows, asked) => {
        await fill(rows);
        for (const where of asked) {
          const got = await found(where);
          if (got === undefined) continue;
          const wanted = rows.filter((row) => holds(where, row, now)).map(({ uid }) => uid);
          assert.deepEqual(got, wanted, printQuery({ in: "events", where, pipes: [] }));
        }
      }),
      { numRuns: Number(process.env["RUNS"] ?? 25) },
    ));
});

const values = fc.oneof(
  { weight: 4, arbitrary: words.map((word) => normalGlob([word])) },
  { weight: 1, arbitrary: words.map((word) => normalGlob([word, any])) },
  { weight: 1, arbitrary: words.map((word) => normalGlob([any, word])) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Glob>([any], [], ["high"], ["22"], ["2026-01-01"], ["10.0.0.0/8"], ["2001:db8::/32"]),
  },
  { weight: 2, arbitrary: globs(words) },
);
const names = fc.oneof(
  fc.constantFrom("host", "user", "cmd", "process", "hash", "severity", "ip", "dst_port", "time", "command_line"),
  keys,
  fc.tuple(keys, keys).map((path) => path.join(".")),
);
const term = terms(names, values);
