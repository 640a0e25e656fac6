import { relative } from "node:path";
import type { TestEvent } from "node:test/reporters";

/** What became of one test; `ended` stands once, after the last. */
export interface Verdict {
  readonly outcome: "passed" | "failed" | "skipped" | "ended";
  readonly name: string;
  readonly file: string;
  readonly reason?: string;
}

/** Reporter for node:test: one JSON line per test, none per suite. */
export default async function* countTests(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  for await (const event of events) {
    const verdict = verdictOf(event);
    if (verdict) yield `${JSON.stringify(verdict)}\n`;
  }
  yield `${JSON.stringify({ outcome: "ended", name: "", file: "" } satisfies Verdict)}\n`;
}

/** Files and suites are no tests of their own, but what fails in them outside of a test has to count. */
export function verdictOf(event: TestEvent): Verdict | undefined {
  if (event.type !== "test:pass" && event.type !== "test:fail") return undefined;
  const { data } = event;
  const file = data.file ? relative(process.cwd(), data.file) : data.name;
  const skip = data.skip ?? data.todo;
  if (skip !== undefined && skip !== false) {
    const verdict = { outcome: "skipped" as const, name: data.name, file };
    return typeof skip === "string" ? { ...verdict, reason: skip } : verdict;
  }
  if (event.type === "test:fail")
    return failedByChildren(event) ? undefined : { outcome: "failed", name: data.name, file };
  return data.details.type === "suite" ? undefined : { outcome: "passed", name: data.name, file };
}

export function failedByChildren(event: Extract<TestEvent, { type: "test:fail" }>): boolean {
  const error = event.data.details.error as { failureType?: string } | undefined;
  return error?.failureType === "subtestsFailed";
}
