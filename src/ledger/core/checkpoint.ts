import { readDecimal, readHash, spellBase64 } from "./base64.ts";
import { mostEntries } from "./subtree.ts";

/** What a log says of itself at one size: https://c2sp.org/tlog-checkpoint */
export interface Checkpoint {
  /** The log's name for ever; also the name of its key. */
  readonly origin: string;
  readonly size: number;
  readonly root: Uint8Array;
}

/** The text of the note that is signed. This log writes no extension lines: nobody could audit them. */
export function spellCheckpoint({ origin, size, root }: Checkpoint): string {
  return `${origin}\n${size}\n${spellBase64(root)}\n`;
}

/** Reads the text of a note; extension lines are let through and ignored. `undefined` for what is no checkpoint. */
export function readCheckpoint(text: string): Checkpoint | undefined {
  if (!text.endsWith("\n")) return undefined;
  const lines = text.slice(0, -1).split("\n");
  const [origin = "", decimal = "", base64 = ""] = lines;
  const [size, root] = [readDecimal(decimal), readHash(base64)];
  if (lines.some((line) => line === "") || size === undefined || size > mostEntries || !root) return undefined;
  return { origin, size, root };
}
