import { z } from "zod";
import type { Actor } from "#access";
import { answerJson, route, type Route } from "#http";
import { refuse } from "../../refusals.ts";
import type { SearchParts } from "../search-parts.ts";
import { checkSql, sqlTables, type SqlWords } from "./check-sql.ts";
import { readSql, spellSql } from "./read-sql.ts";
import { readSqlWords } from "./sql-words.ts";

const own = route<Actor>();

const rows = 10_000;

/** Questions in SQL, for those who may ask everything: reading only, bounded, of the lake's own tables alone. */
export function sqlRoutes({ runner, change, running, monotonic }: SearchParts): Route<Actor>[] {
  let words: Promise<SqlWords> | undefined;
  const wordsOf = (signal: AbortSignal) => {
    words ??= readSqlWords(runner, signal);
    words.catch(() => (words = undefined));
    return words;
  };
  return [
    own({
      method: "POST",
      path: "/api/search/sql",
      id: "ask-in-sql",
      says: `Asks in ClickHouse SQL: one SELECT of ${sqlTables.join(", ")}, within the limits of a search.`,
      admits: { permission: "search.sql" },
      body: z.object({ sql: z.string().min(1).max(16_384), limit: z.int().min(1).max(rows).default(1_000) }),
      answers: {
        200: {
          says: "The rows.",
          json: z.object({
            rows: z.array(z.record(z.string(), z.unknown())),
            more: z.boolean().describe("Whether there were more than `limit`."),
            took: z.int(),
          }),
        },
      },
      async handle(asked) {
        const { sql, limit } = asked.body;
        const read = readSql(sql);
        if (!read.ok) throw refuse("sql-not-allowed", { why: read.error });
        const checked = checkSql(read.value, await wordsOf(asked.signal));
        if (!checked.ok) throw refuse("sql-not-allowed", { why: checked.error });
        using _ = running.begin(asked.caller.id ?? "");
        await change(asked.caller, "search.sql", async ({ audit }) => audit("lake", { sql }), asked);
        const began = monotonic();
        const found = await askEngine(spellSql(read.value), limit, asked.signal);
        return answerJson({
          rows: found.slice(0, limit),
          more: found.length > limit,
          took: Math.round(monotonic() - began),
        });
      },
    }),
  ];

  async function askEngine(sql: string, limit: number, signal: AbortSignal): Promise<Record<string, unknown>[]> {
    try {
      return await runner.rows({
        sql: `SELECT * FROM (${sql}) LIMIT {most:UInt32}`,
        parameters: { most: limit + 1 },
        rowsGiven: limit + 1,
        signal,
      });
    } catch (error) {
      // Refusals and aborts have their own answers; all else that the engine says of a person's SQL is theirs to read.
      if (error instanceof Error && "type" in error && "code" in error)
        throw refuse("sql-wrong", { why: error.message }, error);
      if (error instanceof Error && error.name === "EventsError")
        throw refuse("sql-wrong", { why: error.message }, error);
      throw error;
    }
  }
}
