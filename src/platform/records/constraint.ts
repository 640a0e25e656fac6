export type Constraint = "unique" | "foreign key" | "not null" | "check";

/** Which rule of the schema a write broke, whichever database said so; `undefined` for any other error. */
export function brokenConstraint(error: unknown): Constraint | undefined {
  if (!(error instanceof Error)) return undefined;
  if ("errcode" in error) return sqliteCodes.get(Number(error.errcode));
  if ("code" in error) return postgresCodes.get(String(error.code));
  return undefined;
}

/** https://sqlite.org/rescode.html, extended codes of SQLITE_CONSTRAINT. */
const sqliteCodes = new Map<number, Constraint>([
  [275, "check"],
  [787, "foreign key"],
  [1299, "not null"],
  [1555, "unique"],
  [2067, "unique"],
  [3091, "check"],
]);

/** https://www.postgresql.org/docs/current/errcodes-appendix.html, class 23; 22P02 is a failed cast in a check. */
const postgresCodes = new Map<string, Constraint>([
  ["23502", "not null"],
  ["23503", "foreign key"],
  ["23505", "unique"],
  ["23514", "check"],
  ["22P02", "check"],
  ["22P03", "check"],
]);
