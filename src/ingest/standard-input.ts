import { read } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { promisify } from "node:util";
import type { LogInput } from "./contract.ts";

const readFrom = promisify(read);
const pieceBytes = 256 * 1024;
/** How long to wait, in ms, when a non-blocking pipe says that it has nothing yet. */
const notYet = 5;

/**
 * Standard input, read by its descriptor and no further than asked for, so that another thread can go on where this one
 * stopped. `head`: bytes that were read from it before, given first.
 */
export function standardInput(head: Uint8Array = new Uint8Array()): LogInput {
  return {
    name: "stdin",
    async *open(signal) {
      if (head.length > 0) yield head;
      for (;;) {
        const piece = await readPiece(pieceBytes, signal);
        if (piece.length === 0) return;
        yield piece;
      }
    },
  };
}

/** The next bytes of standard input, at most `most`; none at its end. */
export async function readPiece(most: number, signal?: AbortSignal): Promise<Uint8Array> {
  const piece = Buffer.allocUnsafeSlow(most);
  for (;;) {
    signal?.throwIfAborted();
    try {
      const { bytesRead } = await readFrom(0, piece, 0, most, null);
      return piece.subarray(0, bytesRead);
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException;
      if (code === "EOF") return piece.subarray(0, 0);
      if (code !== "EAGAIN") throw cause;
      await wait(notYet, undefined, signal ? { signal } : {});
    }
  }
}
