import { relative } from "node:path";
import { inspect } from "node:util";
import type { TestEvent } from "node:test/reporters";
import { failedByChildren } from "./count-tests.ts";

/** Reporter for node:test: one line per file; failures in full; what tests print themselves. */
export default async function* showTests(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const files = new Map<string, { passed: number; failed: number; skipped: number; milliseconds: number }>();
  for await (const event of events) {
    if (event.type === "test:stdout" || event.type === "test:stderr") yield event.data.message;
    if (event.type === "test:fail" && !failedByChildren(event)) yield shownFailure(event);
    if (event.type !== "test:pass" && event.type !== "test:fail") continue;
    if (event.data.details.type === "suite") continue;
    const file = event.data.file ? relative(process.cwd(), event.data.file) : event.data.name;
    const sum = files.get(file) ?? { passed: 0, failed: 0, skipped: 0, milliseconds: 0 };
    files.set(file, sum);
    if (event.data.nesting === 0) sum.milliseconds += event.data.details.duration_ms;
    if (event.data.skip !== undefined && event.data.skip !== false) sum.skipped += 1;
    else if (event.type === "test:fail") sum.failed += failedByChildren(event) ? 0 : 1;
    else sum.passed += 1;
  }
  for (const [file, sum] of files) {
    const sign = sum.failed > 0 ? "✖" : sum.passed > 0 ? "✔" : "○";
    const parts = [
      `${sum.passed} passed`,
      sum.failed && `${sum.failed} failed`,
      sum.skipped && `${sum.skipped} skipped`,
    ];
    yield `${sign} ${file}  ${parts.filter(Boolean).join(", ")}  ${Math.round(sum.milliseconds)} ms\n`;
  }
}

function shownFailure(event: Extract<TestEvent, { type: "test:fail" }>): string {
  const { data } = event;
  const place = data.file ? `${relative(process.cwd(), data.file)}:${data.line ?? 1}` : "";
  const error: unknown = data.details.error;
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  return `\n✖ ${data.name}\n  ${place}\n${(cause instanceof Error && cause.stack === cause.message ? cause.message : inspect(cause, { depth: 8 })).replace(/^/gm, "  ")}\n\n`;
}
