import { type Aggregate, aggregateTitle, type FieldName, type Pipe } from "./ast.ts";
import { compileTerm } from "./compile-terms.ts";
import { aggregateSql } from "./aggregate-sql.ts";
import { fieldValue } from "./field-value.ts";
import { columnScope, type Order, orderSql, type Stage, type StageColumn } from "./stage.ts";
import { Unusable } from "./unusable.ts";

/** A search's steps one after the other, each on what the one before has made. Throws Unusable. */
export function compilePipes(pipes: readonly Pipe[], start: Stage, times: { from: number; to: number }): Stage {
  return pipes.reduce((stage, pipe) => compilePipe(pipe, stage, times), start);
}

function compilePipe(pipe: Pipe, stage: Stage, times: { from: number; to: number }): Stage {
  switch (pipe.is) {
    case "where":
      return { ...stage, where: [...stage.where, compileTerm(pipe.where, stage.scope)] };
    case "head":
      return cut(stage, `LIMIT ${whole(pipe.most)}`);
    case "sort": {
      const order = pipe.by.map(({ field, down }): Order => ({ sql: fieldValue(field, stage.scope).rank, down }));
      return { ...stage, order: [...order, ...stage.order], paged: false };
    }
    case "dedup": {
      const values = pipe.of.map((field) => fieldValue(field, stage.scope).sql);
      return cut(stage, `LIMIT 1 BY ${values.join(", ")}`);
    }
    case "fields":
      return chosen(pipe.of, stage);
    case "stats":
      return grouped(pipe.make, pipe.by, stage);
    case "timechart":
      return charted(pipe, stage, times);
    case "top":
    case "rare":
      return ranked(pipe, stage);
  }
}

/** Numbers of ours, checked where they were read; never text. */
function whole(number: number): number {
  if (!Number.isSafeInteger(number) || number < 1) throw new RangeError(`not a number of rows: ${number}`);
  return number;
}

/** The first rows in the order so far; what follows sees no others. */
function cut(stage: Stage, limit: string): Stage {
  const { where, order, from } = stage;
  return {
    ...stage,
    from: `(SELECT * FROM ${from}${whereSql(where)}${orderSql(order)} ${limit})`,
    where: [],
    paged: false,
  };
}

function whereSql(where: readonly string[]): string {
  return where.length === 0 ? "" : ` WHERE ${where.join(" AND ")}`;
}

/** These columns alone. What orders the rows goes along unseen. */
function chosen(names: readonly FieldName[], stage: Stage): Stage {
  const { parameters } = stage.scope;
  const values = names.map((name) => fieldValue(name, stage.scope));
  const columns = values.map(({ kind, lower, title }): StageColumn => ({
    sql: parameters.newColumn(),
    title,
    kind,
    lower,
  }));
  const order = stage.order.map(({ down }): Order => ({ sql: parameters.newColumn(), down }));
  const made = [
    ...values.map(({ sql }, index) => `${sql} AS ${columns[index]!.sql}`),
    ...stage.order.map(({ sql }, index) => `${sql} AS ${order[index]!.sql}`),
  ];
  assertTitles(columns, names[0]!.at);
  return {
    scope: columnScope(stage.scope, columns),
    from: `(SELECT ${made.join(", ")} FROM ${stage.from}${whereSql(stage.where)})`,
    where: [],
    order,
    paged: false,
    columns,
  };
}

interface Key {
  readonly sql: string;
  readonly column: Omit<StageColumn, "sql">;
}

function grouped(
  make: readonly Aggregate[],
  by: readonly FieldName[],
  stage: Stage,
): Stage & { columns: StageColumn[] } {
  const made = group(
    by.map((name) => keyOf(name, stage)),
    make,
    stage,
  );
  const figure = made.columns[by.length];
  const order = made.columns.slice(0, by.length).map(({ sql }): Order => ({ sql, down: false }));
  const first = figure?.kind === "number" && by.length > 0 ? [{ sql: figure.sql, down: true }] : [];
  return { ...made, order: [...first, ...order] };
}

/** A list's members are keys each for itself. */
function keyOf(name: FieldName, { scope }: Stage): Key {
  const { sql, kind, lower, title } = fieldValue(name, scope);
  if (kind !== "list") return { sql, column: { kind, lower, title } };
  return { sql: `arrayJoin(if(empty(${sql}), [''], ${sql}))`, column: { kind: "name", lower, title } };
}

/** Keys first, then figures. */
function group(keys: readonly Key[], make: readonly Aggregate[], stage: Stage): Stage & { columns: StageColumn[] } {
  const { parameters } = stage.scope;
  const figures = make.map((one) => aggregateSql(one, stage.scope));
  const columns = [
    ...keys.map(({ column }) => column),
    ...figures.map(({ kind }, index) => ({ kind, lower: false, title: aggregateTitle(make[index]!) })),
  ].map((column): StageColumn => ({ ...column, sql: parameters.newColumn() }));
  assertTitles(columns, make[0]?.at ?? 0);
  const made = [...keys, ...figures].map(({ sql }, index) => `${sql} AS ${columns[index]!.sql}`);
  const groupBy =
    keys.length === 0
      ? ""
      : ` GROUP BY ${columns
          .slice(0, keys.length)
          .map(({ sql }) => sql)
          .join(", ")}`;
  return {
    scope: columnScope(stage.scope, columns),
    from: `(SELECT ${made.join(", ")} FROM ${stage.from}${whereSql(stage.where)}${groupBy})`,
    where: [],
    order: [],
    paged: false,
    columns,
  };
}

function assertTitles(columns: readonly StageColumn[], at: number): void {
  const titles = columns.map(({ title }) => title);
  const twice = titles.find((title, index) => titles.indexOf(title) < index);
  if (twice !== undefined)
    throw new Unusable({
      code: "field",
      at,
      length: 1,
      says: `Two columns are called ${twice}; give one another name with "as".`,
    });
}

function ranked({ is, most, of, at }: Extract<Pipe, { is: "top" | "rare" }>, stage: Stage): Stage {
  const { columns, ...made } = grouped([{ does: "count", at }], of, stage);
  const count = columns.at(-1)!.sql;
  const share: StageColumn = {
    sql: stage.scope.parameters.newColumn(),
    title: "percent",
    kind: "number",
    lower: false,
  };
  const order = [
    { sql: count, down: is === "top" },
    ...columns.slice(0, -1).map(({ sql }): Order => ({ sql, down: false })),
  ];
  const all = `SELECT *, round(100 * ${count} / sum(${count}) OVER (), 2) AS ${share.sql} FROM ${made.from}`;
  return {
    scope: columnScope(stage.scope, [...columns, share]),
    from: `(SELECT * FROM (${all})${orderSql(order)} LIMIT ${whole(most)})`,
    where: [],
    order,
    paged: false,
    columns: [...columns, share],
  };
}

function charted(
  { span, make, by, at }: Extract<Pipe, { is: "timechart" }>,
  stage: Stage,
  times: { from: number; to: number },
): Stage {
  const time = fieldValue({ name: "time", at }, stage.scope);
  const width = span ?? fittingSpan(times.to - times.from);
  const keys: Key[] = [
    { sql: bucketSql(time.sql, width), column: { kind: "time", lower: false, title: "time" } },
    ...(by ? [keyOf(by, stage)] : []),
  ];
  const made = group(keys, make, stage);
  return { ...made, order: made.columns.slice(0, keys.length).map(({ sql }) => ({ sql, down: false })) };
}

/** The start of the span that a time lies in; spans are counted from 1970. */
export function bucketSql(time: string, span: number): string {
  const width = whole(span);
  return `fromUnixTimestamp64Milli(toInt64(intDiv(toUnixTimestamp64Milli(${time}), ${width}) * ${width}), 'UTC')`;
}

const spans = [
  1_000, 5_000, 10_000, 30_000, 60_000, 300_000, 600_000, 1_800_000, 3_600_000, 10_800_000, 21_600_000, 43_200_000,
  86_400_000, 604_800_000, 2_592_000_000,
];

/** A span that people think in, of which at most `most` make up a time. */
export function fittingSpan(milliseconds: number, most = 100): number {
  return spans.find((span) => milliseconds / span <= most) ?? Math.ceil(milliseconds / most / 86_400_000) * 86_400_000;
}
