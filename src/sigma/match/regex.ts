import { RE2JS } from "re2js";
import type { RegexTest } from "../plan.ts";

/**
 * How much of a value a regular expression gets to see, in UTF-16 units; the value counts as ending there. RE2 takes
 * time linear in the text, but times the size of the expression, which counted repeats can make thousands: without a
 * bound a 200 MB value would hold up everything behind it. Windows ends command lines at half of this.
 */
export const regexReach = 65_536;

/** RE2's meaning and RE2's linear time; there is no backtracking engine to fall into. Throws on a bad expression. */
export function regexPredicate(test: RegexTest): (text: string) => boolean {
  const flags =
    (test.ignoreCase ? RE2JS.CASE_INSENSITIVE : 0) |
    (test.multiline ? RE2JS.MULTILINE : 0) |
    (test.dotAll ? RE2JS.DOTALL : 0);
  const regex = RE2JS.compile(test.source, flags);
  return (text) => regex.test(text.length > regexReach ? text.slice(0, regexReach) : text);
}
