import { refusal } from "./chdb-error.ts";

/** The engine reads an insert's data up to an empty line and runs what follows as SQL: every line has to be a row. */
export function assertRowsOnly(body: Buffer): void {
  for (let start = 0; start < body.length;) {
    if (body[start] !== brace) throw refusal("27", "CANNOT_PARSE_INPUT_ASSERTION_FAILED", "A line is no JSON object");
    const end = body.indexOf(newline, start);
    if (end < 0) return;
    start = end + 1;
  }
}

const newline = 0x0a;
const brace = 0x7b;
