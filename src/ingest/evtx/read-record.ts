import type { JsonObject } from "#sigma";
import type { Budget } from "./budget.ts";
import { Damage } from "./damage.ts";
import type { JsonRenderer } from "./render-json.ts";

export const recordSignature = "**\0\0";
/** Signature, size, identifier and time before the binary XML; the size once more after it. */
export const recordHeaderSize = 24;
export const recordTrailerSize = 4;
const smallestRecord = recordHeaderSize + recordTrailerSize;

/** An event record's frame: what stands around its binary XML. */
export interface RecordFrame {
  readonly at: number;
  readonly size: number;
  readonly id: bigint;
  /** `**\0\0` stands before it, and its size stands after it again. */
  readonly signed: boolean;
  readonly closed: boolean;
}

/** The frame at `at`, nothing when its size cannot be true. */
export function recordFrame(chunk: Buffer, at: number): RecordFrame | undefined {
  if (at + smallestRecord > chunk.length) return undefined;
  const size = chunk.readUInt32LE(at + 4);
  if (size < smallestRecord || at + size > chunk.length) return undefined;
  return {
    at,
    size,
    id: chunk.readBigUInt64LE(at + 8),
    signed: chunk.readUInt32LE(at) === 0x2a2a,
    closed: chunk.readUInt32LE(at + size - recordTrailerSize) === size,
  };
}

/** What the record says, or why that cannot be known. Never throws for what the bytes are. */
export function readRecord(renderer: JsonRenderer, budget: Budget, { at, size }: RecordFrame): JsonObject | Damage {
  budget.nextRecord();
  try {
    const body = renderer.render(at + recordHeaderSize, at + size - recordTrailerSize);
    return Object.keys(body).length > 0 ? body : new Damage("bad-binxml", at, "there is no element in it");
  } catch (error) {
    if (error instanceof Damage) return error;
    throw error;
  }
}
