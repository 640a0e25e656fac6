import { z } from "zod";
import { compileQuery } from "./language/compile-query.ts";
import type { Lookup, Query, Term } from "./language/ast.ts";
import { literalGlob } from "./language/glob.ts";
import type { QueryRunner } from "./query-runner.ts";
import { named } from "./find-page.ts";
import { columnsSql } from "./row-columns.ts";
import { findingSchema } from "./contract.ts";

/** What there is a page about, and the fields that hold it. */
const pivots = {
  host: { events: ["host"], findings: ["host"] },
  user: { events: ["user"], findings: ["user"] },
  address: { events: ["src_ip", "dst_ip"], findings: [] },
  hash: { events: ["hash"], findings: [] },
  domain: { events: ["domain"], findings: [] },
  site: { events: ["site"], findings: ["site"] },
} as const satisfies Record<string, Record<Lookup, readonly string[]>>;
type Pivot = keyof typeof pivots;

export const pivotNames = Object.keys(pivots) as [Pivot, ...Pivot[]];

const counted = z.array(z.object({ value: z.string(), count: z.int() }));

export const pivotSchema = z.object({
  field: z.enum(pivotNames),
  value: z.string(),
  range: z.object({ from: z.string(), to: z.string() }),
  count: z.int(),
  first: z.string().optional(),
  last: z.string().optional(),
  days: z.array(z.object({ day: z.string(), count: z.int() })),
  related: z
    .record(z.string(), counted)
    .describe(
      "By field: what was seen together with it, most frequent first; counts of many-valued fields are estimates.",
    ),
  findings: z.array(findingSchema).describe("The newest findings about it."),
  search: z.string().describe("The search that finds its events."),
  took: z.int(),
});

const related = [
  "source",
  "kind",
  "site",
  "host",
  "user",
  "src_ip",
  "dst_ip",
  "domain",
  "process",
  "action",
  "outcome",
] as const;
const [mostRelated, mostFindings] = [10, 20];

export interface PivotAsked {
  readonly field: Pivot;
  readonly value: string;
  readonly from: number;
  readonly to: number;
  readonly now: number;
  readonly signal: AbortSignal;
}

/** Everything about one value. */
export async function pivot(
  runner: QueryRunner,
  asked: PivotAsked,
): Promise<Omit<z.output<typeof pivotSchema>, "took">> {
  const { field, value, from, to, signal } = asked;
  const events = compiled("events", asked);
  const tops = related.map(
    (name) =>
      `topKIf(${mostRelated}, 10, 'counts')(toString(${name}), ${name} != '')::Array(Tuple(String, UInt64, UInt64)) AS r_${name}`,
  );
  const run = <Row>(sql: string) =>
    runner.rows<Row>({ sql, parameters: events.parameters.values, rowsGiven: 10_000, signal });
  const [all] = await run<{ n: number; first: string; last: string } & Record<string, [string, number, number][]>>(
    `SELECT count() AS n, min(time) AS first, max(time) AS last, ${tops.join(", ")} FROM ${events.from} WHERE ${events.where}`,
  );
  const days = await run<{ day: string; n: number }>(
    `SELECT toString(toDate(time)) AS day, count() AS n FROM ${events.from} WHERE ${events.where} GROUP BY day ORDER BY day`,
  );
  return {
    field,
    value,
    range: { from: new Date(from).toISOString(), to: new Date(to).toISOString() },
    count: all?.n ?? 0,
    ...(all && all.n > 0 ? { first: all.first, last: all.last } : {}),
    days: days.map(({ day, n }) => ({ day, count: n })),
    related: Object.fromEntries(
      related
        .map((name) => [name, (all?.[`r_${name}`] ?? []).map(([one, count]) => ({ value: one, count }))] as const)
        .filter(([name, found]) => found.length > 0 && !(pivots[field].events as readonly string[]).includes(name)),
    ),
    findings: await findings(runner, asked),
    search: `${field === "address" ? "ip" : field}="${value.replace(/[\\*?"]/g, "\\$&")}"`,
  };
}

async function findings(runner: QueryRunner, asked: PivotAsked) {
  const { from, where, order, parameters } = compiled("findings", asked);
  const sql = `SELECT ${columnsSql("findings")} FROM ${from} WHERE ${where}${order} LIMIT ${parameters.whole(mostFindings)}`;
  const rows = await runner.rows<object>({
    sql,
    parameters: parameters.values,
    rowsGiven: mostFindings,
    signal: asked.signal,
  });
  return named("findings", rows).findings ?? [];
}

/** What rules found about a value of a field that findings have no column for stands in their record. */
function compiled(lookup: Lookup, { field, value, from, to, now }: PivotAsked) {
  const glob = literalGlob(value);
  const fields = pivots[field][lookup];
  const terms = fields.map((name): Term => ({ is: "field", field: name, test: { is: "equals", glob }, at: 0 }));
  const where: Term =
    terms.length === 0 ? { is: "text", glob, at: 0 } : terms.length === 1 ? terms[0]! : { is: "or", of: terms };
  const query: Query = { in: lookup, where, pipes: [] };
  const made = compileQuery(query, { from, to, now });
  if (!made.ok || made.value.kind !== "rows") throw new Error("a value can be looked for in a column of texts");
  return made.value;
}
