import { canonicalJson, type Instant, instant } from "#kernel";
import { isCanonical } from "./is-canonical.ts";

/** One entry of the ledger, as everybody may see it. It holds no evidence, only what the evidence can be checked against. */
export interface Leaf {
  readonly version: 1;
  /** Its place in the log, from 0. */
  readonly index: number;
  /** When what it is about happened; by the clock of the process that wrote it. */
  readonly at: Instant;
  /** What it is evidence of: `audit`, `verdict`, … */
  readonly kind: string;
  /** The id of what it is about. */
  readonly subject: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Bytes: an entry is a statement, not a document. */
export const longestLeaf = 64 * 1024;

/** How deep a leaf may be nested, itself included: whoever reads one from outside must not run out of stack. */
const deepest = 32;

/**
 * The leaf's text, whose UTF-8 bytes are hashed, kept and exported: canonical JSON (RFC 8785). Throws a RangeError for a
 * body that is nested deeper than 31 times, and a TypeError for what JSON cannot say.
 */
export function spellLeaf(leaf: Omit<Leaf, "version">): string {
  if (!isShallow(leaf, deepest)) throw new RangeError(`an entry is nested at most ${deepest} times`);
  return canonicalJson({ version: 1, ...leaf });
}

/** Reads exactly what `spellLeaf` writes; `undefined` for every other text. */
export function readLeaf(text: string): Leaf | undefined {
  let read: unknown;
  try {
    read = JSON.parse(text);
    if (!isShallow(read, deepest) || !isCanonical(read, text)) return undefined;
  } catch {
    return undefined;
  }
  return isLeaf(read) ? read : undefined;
}

function isLeaf(value: unknown): value is Leaf {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const { version, index, at, kind, subject, body, ...rest } = value as Record<string, unknown>;
  return (
    version === 1 &&
    Number.isSafeInteger(index) &&
    Number(index) >= 0 &&
    isInstant(at) &&
    typeof kind === "string" &&
    typeof subject === "string" &&
    typeof body === "object" &&
    body !== null &&
    !Array.isArray(body) &&
    Object.keys(rest).length === 0
  );
}

function isInstant(value: unknown): boolean {
  try {
    return instant(value as number) === value;
  } catch {
    return false;
  }
}

function isShallow(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return true;
  if (levels === 0) return false;
  for (const item of Object.values(value)) if (!isShallow(item, levels - 1)) return false;
  return true;
}
