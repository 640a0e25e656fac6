import { Gathered } from "./gather.ts";
import { type IndicatorType, longestValue, type ReadIndicators, type Reach, readValue } from "./indicator.ts";

export interface ReadingWishes {
  /** What all values are; what each looks like, when left out. */
  readonly type?: IndicatorType | undefined;
  /** What a plain domain stands for. */
  readonly reach: Reach;
}

/** A value a line. What follows `#`, `;` or a blank is a comment; lines of a hosts file (`0.0.0.0 evil.example`) are read too. */
export function readLines(text: string, { type, reach }: ReadingWishes): ReadIndicators {
  const gathered = new Gathered();
  for (const [line, from, to] of linesOf(text)) {
    const cut = text.slice(from, Math.min(to, from + longestValue + 100));
    const [first = "", second = ""] = cut
      .trim()
      .replace(/^[#;].*|\s[#;].*$/, "")
      .split(/\s+/, 2);
    if (first === "") continue;
    const isHosts = second !== "" && /^(?:0\.0\.0\.0|127\.0\.0\.1|::1?)$/.test(first);
    const read = readValue(isHosts ? second : first, type, reach);
    if (read) gathered.take({ ...read, labels: [], reference: "" }, `line ${line}`);
    else gathered.leave({ at: `line ${line}`, code: "bad-value", why: `This is no ${type ?? "indicator"}: ${first}` });
  }
  return gathered.done();
}

/** Number, start and end of each line. */
function* linesOf(text: string): Generator<readonly [number, number, number]> {
  let from = text.startsWith("\u{feff}") ? 1 : 0;
  for (let line = 1; from < text.length; line++) {
    const found = text.indexOf("\n", from);
    const to = found < 0 ? text.length : found;
    yield [line, from, to];
    from = to + 1;
  }
}
