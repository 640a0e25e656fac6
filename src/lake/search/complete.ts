import { z } from "zod";
import { countPaths } from "./json-keys.ts";
import { aggregateNames, type Lookup } from "./language/ast.ts";
import { columnsOf, fieldsOf, knownNames } from "./language/fields.ts";
import { pipeNames } from "./language/parse-pipes.ts";
import type { QueryRunner } from "./query-runner.ts";
import { caretOf } from "./caret.ts";

export const completionsSchema = z.object({
  start: z.int().describe("Where in the query the word begins that a completion replaces."),
  end: z.int(),
  completions: z.array(
    z.object({
      text: z.string(),
      is: z.enum(["field", "value", "step", "figure", "word"]),
      says: z.string().optional(),
      count: z.int().optional().describe("How often it is in the sample."),
    }),
  ),
});
export type Completions = z.output<typeof completionsSchema>;
type Completion = Completions["completions"][number];

const sample = { values: 100_000, records: 200 };
const most = 30;

/** What may stand at a place in a search, from the language and from what the newest rows really hold. */
export async function complete(
  runner: QueryRunner,
  asked: {
    readonly query: string;
    readonly at: number;
    readonly in: Lookup;
    readonly from: number;
    readonly to: number;
    readonly signal: AbortSignal;
  },
): Promise<Completions> {
  const caret = caretOf(asked.query, asked.at);
  const lookup: Lookup = /\bin:findings\b/i.test(asked.query) ? "findings" : asked.in;
  const wanted = caret.word.toLowerCase();
  const options = await optionsAt();
  const matching = options
    .filter(({ text }) => text.toLowerCase().includes(wanted))
    .sort((a, b) => rank(a) - rank(b) || (b.count ?? 0) - (a.count ?? 0) || (a.text < b.text ? -1 : 1));
  return { start: caret.start, end: caret.end, completions: matching.slice(0, most) };

  function rank({ text }: Completion): number {
    return text.toLowerCase().startsWith(wanted) ? 0 : 1;
  }

  async function optionsAt(): Promise<Completion[]> {
    switch (caret.expects) {
      case "phrase":
        return [];
      case "step":
        return pipeNames.map((text) => ({ text, is: "step" }));
      case "figure":
        return [
          ...aggregateNames.map((text) => ({ text, is: "figure" as const })),
          { text: "by", is: "word" as const },
        ];
      case "field":
        return fieldNames();
      case "term":
        return [...(await fieldNames()), ...["and", "or", "not"].map((text) => ({ text, is: "word" as const }))];
      case "value":
        return values(caret.field);
    }
  }

  async function fieldNames(): Promise<Completion[]> {
    const columns = fieldsOf[lookup].map(({ name, says }): Completion => ({ text: name, is: "field", says }));
    const aliases =
      wanted === "" ? [] : knownNames(lookup).filter((name) => !columns.some(({ text }) => text === name));
    const paths = countPaths(await newestRecords(), 0);
    return [
      ...columns,
      ...paths.map(({ path, records }): Completion => ({ text: path, is: "field", count: records })),
      ...aliases.map((text): Completion => ({
        text,
        is: "field",
        says: `Means ${columnsOf(text, lookup)
          .map(({ name }) => name)
          .join(" or ")}.`,
      })),
    ];
  }

  async function values(field: string): Promise<Completion[]> {
    const columns = columnsOf(field, lookup).filter(({ kind }) => kind !== "time");
    if (columns.length === 0) {
      const path = countPaths(await newestRecords(), most).find(
        (one) => one.path.toLowerCase() === field.toLowerCase(),
      );
      return (path?.top ?? []).map(({ value, count }) => ({ text: value, is: "value", count }));
    }
    const found = await Promise.all(columns.map(({ name, kind }) => columnValues(name, kind === "list")));
    return found.flat();
  }

  async function columnValues(name: string, list: boolean): Promise<Completion[]> {
    const value = list ? `arrayJoin(${name})` : `toString(${name})`;
    const rows = await runner.rows<{ value: string; n: number }>({
      sql: `SELECT value, count() AS n FROM (SELECT ${value} AS value FROM ${lookup} WHERE ${timesSql} ORDER BY time DESC LIMIT {sample:UInt32}) WHERE value != '' AND position(lower(value), {word:String}) > 0 GROUP BY value ORDER BY n DESC, value LIMIT {most:UInt32}`,
      parameters: { ...times(), sample: sample.values, word: wanted, most },
      rowsGiven: most,
      signal: asked.signal,
      seconds: 3,
    });
    return rows.map(({ value: text, n }) => ({ text, is: "value", count: n }));
  }

  async function newestRecords(): Promise<string[]> {
    const rows = await runner.rows<{ raw: string }>({
      sql: `SELECT raw FROM ${lookup} WHERE ${timesSql} ORDER BY time DESC LIMIT {most:UInt32}`,
      parameters: { ...times(), most: sample.records },
      rowsGiven: sample.records,
      signal: asked.signal,
      seconds: 3,
    });
    return rows.map(({ raw }) => raw);
  }

  function times() {
    return { from: asked.from, to: asked.to };
  }
}

const timesSql =
  "time >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') AND time < fromUnixTimestamp64Milli({to:Int64}, 'UTC')";
