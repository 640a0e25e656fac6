import {
  type Aggregate,
  type AggregateName,
  aggregateNames,
  aggregateTitle,
  type FieldName,
  type Pipe,
  queryBounds,
} from "./ast.ts";
import type { Cursor } from "./cursor.ts";
import { parseTerms } from "./parse-terms.ts";

export const pipeNames = ["stats", "timechart", "top", "rare", "fields", "sort", "head", "where", "dedup"] as const;

/** `| stats … | sort …`, to the end of the text. */
export function parsePipes(cursor: Cursor): Pipe[] {
  const pipes: Pipe[] = [];
  while (cursor.take("|")) {
    pipes.push(parsePipe(cursor));
    if (pipes.length > queryBounds.pipes)
      cursor.fail({ code: "too-large", says: `A search has at most ${queryBounds.pipes} steps.` });
  }
  return pipes;
}

function parsePipe(cursor: Cursor): Pipe {
  cursor.skipSpace();
  const at = cursor.at;
  const word = cursor.match(/[A-Za-z_]\w*/y)?.[0] ?? "";
  const name = word.toLowerCase();
  switch (name) {
    case "stats":
      return { is: name, make: parseAggregates(cursor), by: cursor.takeWord("by") ? parseFields(cursor) : [], at };
    case "timechart":
      return parseTimechart(cursor, at);
    case "top":
    case "rare": {
      const most = parseNumber(cursor) ?? 10;
      cursor.takeWord("by");
      return { is: name, most, of: parseFields(cursor), at };
    }
    case "fields":
    case "dedup":
      return { is: name, of: parseFields(cursor), at };
    case "sort":
      return { is: name, by: parseOrder(cursor), at };
    case "head":
    case "limit": {
      const most = parseNumber(cursor);
      if (most === undefined) cursor.fail({ says: "head takes a number of rows.", expected: ["a number"] });
      return { is: "head", most, at };
    }
    case "where":
    case "search":
      return { is: "where", where: parseTerms(cursor), at };
    default:
      return cursor.failWord(
        word,
        at,
        word === "" ? "A step is missing after |." : `There is no step ${word}.`,
        pipeNames,
      );
  }
}

function parseTimechart(cursor: Cursor, at: number): Pipe {
  cursor.skipSpace();
  cursor.match(/span\s*=\s*/iy);
  const span = cursor.match(/(\d{1,6})(ms|s|m|h|d|w)\b/y);
  const make = parseAggregates(cursor);
  const by = cursor.takeWord("by") ? parseField(cursor) : undefined;
  const milliseconds = span ? Number(span[1]) * units[span[2]!]! : undefined;
  if (milliseconds === 0) cursor.fail({ at, says: "A span is longer than nothing.", expected: ["5m", "1h", "1d"] });
  return {
    is: "timechart",
    ...(milliseconds === undefined ? {} : { span: milliseconds }),
    make,
    ...(by ? { by } : {}),
    at,
  };
}

const units: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** `count` where none is named. Commas between them may be left out. */
function parseAggregates(cursor: Cursor): Aggregate[] {
  const found: Aggregate[] = [];
  do {
    cursor.skipSpace();
    if (cursor.ended || cursor.peek() === "|" || looksAtBy(cursor)) break;
    found.push(parseAggregate(cursor));
  } while (cursor.take(",") || !cursor.ended);
  if (found.length === 0) return [{ does: "count", at: cursor.at }];
  const titles = found.map(aggregateTitle);
  const twice = found.find((one, index) => titles.indexOf(aggregateTitle(one)) < index);
  if (twice)
    cursor.fail({
      at: twice.at,
      says: `Two columns are called ${aggregateTitle(twice)}.`,
      expected: ["as another name"],
    });
  return found;
}

function looksAtBy(cursor: Cursor): boolean {
  const { at } = cursor;
  const found = cursor.takeWord("by");
  cursor.at = at;
  return found;
}

function parseAggregate(cursor: Cursor): Aggregate {
  cursor.countTerm();
  const at = cursor.at;
  const word = cursor.match(/[A-Za-z_]\w*/y)?.[0] ?? "";
  const does = synonyms[word.toLowerCase()] ?? word.toLowerCase();
  if (!isAggregate(does))
    return cursor.failWord(
      word,
      at,
      word === "" ? `"${cursor.peek()}" stands where a figure is expected.` : `There is no figure ${word}.`,
      aggregateNames,
    );
  let of: FieldName | undefined;
  if (cursor.take("(")) {
    cursor.skipSpace();
    if (cursor.peek() !== ")") of = parseField(cursor);
    if (!cursor.take(")")) cursor.fail({ says: "This parenthesis is never closed.", expected: [")"] });
  }
  if (of === undefined && does !== "count")
    cursor.fail({
      at,
      length: word.length,
      says: `${does} takes a field: ${does}(user).`,
      expected: [`${does}(field)`],
    });
  const as = cursor.takeWord("as") ? parseField(cursor).name : undefined;
  return { does, ...(of ? { of } : {}), ...(as === undefined ? {} : { as }), at };
}

const synonyms: Readonly<Record<string, AggregateName>> = {
  distinct: "dc",
  mean: "avg",
  p50: "median",
  list: "values",
};

function isAggregate(name: string): name is AggregateName {
  return (aggregateNames as readonly string[]).includes(name);
}

function parseFields(cursor: Cursor): FieldName[] {
  const found = [parseField(cursor)];
  while (true) {
    cursor.skipSpace();
    if (!cursor.take(",") && (cursor.ended || cursor.peek() === "|" || cursor.peek() === ")")) return found;
    found.push(parseField(cursor));
  }
}

/** A field's name or, as `stats` makes them, `dc(user)`; in quotes after `@` when it is another text. */
function parseField(cursor: Cursor): FieldName {
  cursor.skipSpace();
  cursor.countTerm();
  const at = cursor.at;
  const quoted = cursor.match(/@"((?:[^"\\]|\\.)*)"/y);
  const made = quoted ? undefined : cursor.match(/(?:[a-z]\w*)\([A-Za-z_][\w.-]*\)|[A-Za-z_][\w.-]*/iy);
  const name = quoted ? quoted[1]!.replace(/\\(.)/gs, "$1") : made?.[0];
  if (name === undefined || name === "")
    return cursor.fail({
      at,
      says: cursor.ended
        ? "The search ends where a field is expected."
        : `"${cursor.peek()}" stands where a field is expected.`,
      expected: ["a field"],
    });
  if (name.length > 200) cursor.fail({ at, code: "too-large", says: "A field's name has at most 200 characters." });
  return { name, at };
}

function parseOrder(cursor: Cursor): { field: FieldName; down: boolean }[] {
  const found: { field: FieldName; down: boolean }[] = [];
  while (true) {
    cursor.skipSpace();
    const sign = cursor.match(/[-+]/y)?.[0];
    const field = parseField(cursor);
    const down = cursor.takeWord("desc") || (!cursor.takeWord("asc") && sign === "-");
    found.push({ field, down });
    cursor.skipSpace();
    if (!cursor.take(",") && (cursor.ended || cursor.peek() === "|")) return found;
  }
}

function parseNumber(cursor: Cursor): number | undefined {
  cursor.skipSpace();
  const at = cursor.at;
  const found = cursor.match(/\d+(?![\w.])/y);
  if (!found) return undefined;
  const number = Number(found[0]);
  if (number < 1 || number > mostRows)
    cursor.fail({
      at,
      length: found[0].length,
      code: "value",
      says: `A number from 1 to ${mostRows} is expected here.`,
    });
  return number;
}

const mostRows = 100_000;
