import type { LakeBatch } from "../contract.ts";
import { createSpeller } from "../spell/create-speller.ts";
import { unknownKind } from "#sigma";

export const rowsOfBatch = 5;
const speller = createSpeller();

/** A delivery's rows: the same for the same number, as a sender's retry is. */
export function numberedBatch(number: number): LakeBatch {
  const lines = Array.from({ length: rowsOfBatch }, (_, row) =>
    JSON.stringify({ time: "2026-06-30T12:00:00Z", delivery: number, row }),
  );
  const bytes = new TextEncoder().encode(lines.join("\n"));
  speller.begin({ source: "test", receivedAt: Date.now(), bytes });
  let offset = 0;
  lines.forEach((line, index) => {
    const raw = new TextEncoder().encode(line);
    const record = { index, offset, length: raw.length, format: "ndjson", body: JSON.parse(line), raw } as const;
    speller.add(record, { kind: unknownKind, body: record.body });
    offset += raw.length + 1;
  });
  return speller.take();
}
