import { fail, ok, type Result } from "#kernel";
import type { Clock } from "#platform";
import { idOf, named } from "./find-page.ts";
import type { QueryProblem } from "./language/ast.ts";
import { compileQuery } from "./language/compile-query.ts";
import { parseQuery } from "./language/parse-query.ts";
import type { FoundEvent, FoundFinding } from "./contract.ts";
import type { QueryRunner } from "./query-runner.ts";
import { columnsSql } from "./row-columns.ts";

/** Milliseconds between two looks; how far back each looks, as what came in is stored a little later; and how old an event may be by its own time. */
const pace = 1_000;
const overlap = 30_000;
const oldest = 600_000;
/** Rows of one look. What is more is passed over, and said to be. */
const mostRows = 200;

export interface Tailed {
  readonly rows: ReturnType<typeof named>;
  /** Whether more came than are shown. */
  readonly more: boolean;
}

/** New rows that a search finds, as they come in, until the signal aborts. */
export function tailSearch(
  runner: QueryRunner,
  clock: Clock,
  asked: { readonly query: string; readonly in: "events" | "findings"; readonly signal: AbortSignal },
): Result<AsyncGenerator<Tailed, void, undefined>, QueryProblem> {
  const read = parseQuery(asked.query, asked.in);
  if (!read.ok) return read;
  const compileAt = (now: number) => compileQuery(read.value, { from: now - oldest, to: now + oldest, now });
  const first = compileAt(clock.now());
  if (!first.ok) return first;
  if (first.value.kind !== "rows" || !first.value.paged)
    return fail({
      code: "value",
      at: read.value.pipes[0]?.at ?? 0,
      length: read.value.pipes[0]?.is.length ?? 0,
      says: "A live tail takes a search without steps, but for where.",
    });
  return ok(untilAborted());

  async function* untilAborted(): AsyncGenerator<Tailed, void, undefined> {
    try {
      yield* look();
    } catch (error) {
      // The end of its hour, of its reader or of the server is how every tail ends.
      if (!asked.signal.aborted) throw error;
    }
  }

  async function* look(): AsyncGenerator<Tailed, void, undefined> {
    const began = clock.now();
    const seen = new Map<string, number>();
    while (!asked.signal.aborted) {
      const now = clock.now();
      const compiled = compileAt(now);
      if (!compiled.ok || compiled.value.kind !== "rows") throw new Error("what could be compiled once can be again");
      const { lookup, from, where, order, parameters } = compiled.value;
      const since = Math.max(began, now - overlap);
      const sql = `SELECT ${columnsSql(lookup)} FROM ${from} WHERE ${where} AND received >= ${parameters.time(since)}${order} LIMIT ${parameters.whole(seen.size + mostRows + 1)}`;
      const rows = await runner.rows<FoundEvent | FoundFinding>({
        sql,
        parameters: parameters.values,
        rowsGiven: seen.size + mostRows + 1,
        signal: asked.signal,
        seconds: 10,
      });
      const fresh = rows.filter((row) => !seen.has(idOf(row)));
      for (const row of fresh) seen.set(idOf(row), now);
      for (const [id, at] of seen) if (at < now - 2 * overlap) seen.delete(id);
      const shown = fresh.slice(0, mostRows);
      yield { rows: named(lookup, shown), more: fresh.length > shown.length };
      await clock.sleep(pace, asked.signal).catch(() => undefined);
    }
  }
}
