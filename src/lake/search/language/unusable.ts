import { RE2JS } from "re2js";
import type { QueryProblem } from "./ast.ts";

/** A search that can be read but not carried out. Never leaves `compileQuery`, which makes an outcome of it. */
export class Unusable extends Error {
  override readonly name = "Unusable";
  readonly problem: QueryProblem;

  constructor(problem: QueryProblem) {
    super(problem.says);
    this.problem = problem;
  }
}

/** The source again, if RE2 can read it. */
export function assertRegex(source: string, at: number): string {
  try {
    RE2JS.compile(source);
  } catch {
    throw new Unusable({
      code: "value",
      at,
      length: 1,
      says: "This is no regular expression that RE2 can read (no look-around, no back references).",
    });
  }
  return source;
}
