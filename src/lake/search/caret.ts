/** What is being written at a place in a search. */
export type Caret = {
  /** The part of the word that stands before the place. */
  readonly word: string;
  readonly start: number;
  readonly end: number;
} & (
  | { readonly expects: "term" | "step" | "figure" | "field" | "phrase" }
  | { readonly expects: "value"; readonly field: string }
);

/** Looks at the text before a place alone; the word goes on to its end behind it. */
export function caretOf(query: string, at: number): Caret {
  const before = query.slice(0, at);
  const rest = /^[\w.-]*/.exec(query.slice(at))?.[0].length ?? 0;
  const pipe = lastPipe(before);
  const part = before.slice(pipe + 1);
  const value = /(?:^|[\s(!-])([A-Za-z_][\w.-]*)(?::|!?=)"?([^\s"()]*)$/.exec(part);
  const inSteps = pipe >= 0;
  if (value && (!inSteps || /^\s*(?:where|search)\b/i.test(part)))
    return { expects: "value", field: value[1]!, word: value[2]!, start: at - value[2]!.length, end: at + rest };
  const word = /[A-Za-z_][\w.-]*$/.exec(part)?.[0] ?? "";
  const place = { word, start: at - word.length, end: at + rest };
  if (endsInQuotes(part)) return { expects: "phrase", ...place };
  if (!inSteps) return { expects: "term", ...place };
  const step = /^\s*([A-Za-z]*)/.exec(part)![1]!.toLowerCase();
  const head = part.slice(0, part.length - word.length);
  if (/^\s*$/.test(head)) return { expects: "step", ...place };
  if (step === "where" || step === "search") return { expects: "term", ...place };
  const figures = (step === "stats" || step === "timechart") && !/\bby\s/i.test(head) && !head.endsWith("(");
  return { expects: figures ? "figure" : "field", ...place };
}

/** Where the last `|` stands that is not within quotes; -1 where none does. */
function lastPipe(text: string): number {
  return scanQuotes(text).pipe;
}

function endsInQuotes(text: string): boolean {
  return scanQuotes(text).quoted;
}

function scanQuotes(text: string): { readonly pipe: number; readonly quoted: boolean } {
  let pipe = -1;
  let quoted = false;
  for (let i = 0; i < text.length; i += 1) {
    if (quoted && text[i] === "\\") i += 1;
    else if (text[i] === '"') quoted = !quoted;
    else if (text[i] === "|" && !quoted) pipe = i;
  }
  return { pipe, quoted };
}
