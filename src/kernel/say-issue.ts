/** What zod tells of a value that does not fit, as far as it is asked here. */
interface ShapeIssue {
  readonly code?: string | undefined;
  readonly input?: unknown;
  readonly expected?: string | undefined;
  readonly values?: readonly unknown[] | undefined;
  readonly keys?: readonly string[] | undefined;
  readonly format?: string | undefined;
  readonly pattern?: string | undefined;
  readonly origin?: string | undefined;
  readonly inclusive?: boolean | undefined;
  readonly minimum?: number | bigint | undefined;
  readonly maximum?: number | bigint | undefined;
}

/**
 * What does not fit, in words that say what to do: `safeParse(value, { error: sayIssue })`. Where a shape brings words of
 * its own, those stand. Undefined leaves an issue to zod's own words.
 */
export function sayIssue(issue: ShapeIssue): string | undefined {
  const { code, input, expected = "", values = [], keys = [], format = "", pattern } = issue;
  switch (code) {
    case "invalid_type":
      return `${input === undefined ? "is missing; it " : ""}has to be ${aOrAn(expected)}`;
    case "invalid_value":
      return `has to be ${values.length > 1 ? "one of " : ""}${values.map(String).join(", ")}`;
    case "unrecognized_keys":
      return `${keys.join(", ")} is not known here; look for a misspelling`;
    case "invalid_format":
      return format === "regex" && pattern !== undefined ? `has to match ${pattern}` : `has to be ${aOrAn(format)}`;
    case "too_small":
      return `has to ${size(issue, issue.inclusive === false ? "more than" : "at least", issue.minimum)}`;
    case "too_big":
      return `has to ${size(issue, issue.inclusive === false ? "less than" : "at most", issue.maximum)}`;
    default:
      return undefined;
  }
}

const names: Readonly<Record<string, string>> = {
  string: "text",
  array: "list",
  int: "whole number",
  boolean: "true or false",
  object: "object",
  record: "object",
  url: "URL",
  email: "e-mail address",
  datetime: "time as RFC 3339 writes it",
};

function aOrAn(expected: string): string {
  const name = names[expected] ?? expected;
  if (expected === "string" || expected === "boolean") return name;
  return `${/^[aeio]/.test(name) ? "an" : "a"} ${name}`;
}

function size({ origin }: ShapeIssue, bound: string, limit: number | bigint = 0): string {
  if (origin === "string") return `have ${bound} ${limit} character${Number(limit) === 1 ? "" : "s"}`;
  if (origin === "array" || origin === "set") return `have ${bound} ${limit} entr${Number(limit) === 1 ? "y" : "ies"}`;
  return `be ${bound} ${limit}`;
}
