import { ok, type Result } from "#kernel";
import { z } from "zod";
import { compileRows } from "./find-page.ts";
import { countPaths } from "./json-keys.ts";
import type { QueryProblem } from "./language/ast.ts";
import { type Field, fieldsOf } from "./language/fields.ts";
import type { Question } from "./question.ts";
import type { QueryRunner } from "./query-runner.ts";

const valueCount = z.object({ value: z.string(), count: z.int() });

export const statisticsSchema = z.object({
  sampled: z.int().describe("How many rows these figures are of: the newest ones."),
  complete: z.boolean().describe("Whether they are all that the search finds."),
  fields: z.array(
    z.object({
      field: z.string(),
      present: z.int().describe("How many of the sample have a value."),
      distinct: z.int().describe("How many different values; an estimate past some thousands."),
      top: z.array(valueCount).describe("Estimates where there are many different values."),
    }),
  ),
  record: z
    .object({
      sampled: z.int(),
      paths: z.array(z.object({ path: z.string(), present: z.int(), top: z.array(valueCount) })),
    })
    .describe("The same of the records' own fields, by path, over the newest few hundred."),
  took: z.int(),
});
export type Statistics = z.output<typeof statisticsSchema>;

const recordSample = 300;
const mostPaths = 300;

/** What fields hold in the newest rows that a search finds. */
export async function fieldStatistics(
  runner: QueryRunner,
  question: Question,
  { sample, top, signal }: { readonly sample: number; readonly top: number; readonly signal: AbortSignal },
): Promise<Result<Omit<Statistics, "took">, QueryProblem>> {
  const compiled = compileRows(question);
  if (!compiled.ok) return compiled;
  const { from, where, order, parameters, lookup } = compiled.value;
  const fields = fieldsOf[lookup].filter(
    ({ kind, name }) => kind !== "time" && name !== "original" && name !== "uid" && name !== "id",
  );
  const columns = fields.map(({ name }) => name).join(", ");
  const made = fields.map((field, index) => statisticsSql(field, index, Math.trunc(top)));
  const limited = (what: string, rows: number) =>
    `(SELECT ${what} FROM ${from} WHERE ${where}${order} LIMIT ${parameters.whole(rows)})`;
  const [figures] = await runner.rows<Record<string, never> & { n: number }>({
    sql: `SELECT count() AS n, ${made.join(", ")} FROM ${limited(columns, sample)}`,
    parameters: parameters.values,
    rowsGiven: 1,
    signal,
  });
  const records = await runner.rows<{ raw: string }>({
    sql: `SELECT raw FROM ${limited("raw", recordSample)}`,
    parameters: parameters.values,
    rowsGiven: recordSample,
    signal,
  });
  const paths = countPaths(
    records.map(({ raw }) => raw),
    top,
  );
  return ok({
    sampled: figures?.n ?? 0,
    complete: (figures?.n ?? 0) < sample,
    fields: fields
      .map(({ name }, index) => {
        const [present, distinct, values] = (figures?.[`f${index}`] ?? [0, 0, []]) as unknown as [
          number,
          number,
          [string, number][],
        ];
        return { field: name, present, distinct, top: values.map(([value, count]) => ({ value, count })) };
      })
      .filter(({ present }) => present > 0),
    record: {
      sampled: records.length,
      paths: paths
        .slice(0, mostPaths)
        .map(({ path, records: present, top: values }) => ({ path, present, top: [...values] })),
    },
  });
}

function statisticsSql({ name, kind }: Field, index: number, top: number): string {
  const [present, uniq, values] =
    kind === "list"
      ? [`notEmpty(${name})`, `uniqArray(${name})`, `topKArray(${top}, 10, 'counts')(${name})`]
      : [
          kind === "number" ? `${name} != 0` : `${name} != ''`,
          `uniqIf(${name}, ${kind === "number" ? `${name} != 0` : `${name} != ''`})`,
          `topKIf(${top}, 10, 'counts')(toString(${name}), ${kind === "number" ? `${name} != 0` : `${name} != ''`})`,
        ];
  return `(countIf(${present}), ${uniq}, ${values}::Array(Tuple(String, UInt64, UInt64))) AS f${index}`;
}
