import { createHash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";
import type { SnapshotEntry } from "#platform";
import { paddingOf, spellTarHeader } from "../core/tar-header.ts";
import { refuse } from "../refusals.ts";

const pieceBytes = 256 * 1024;

/** What came of one thing that was written. */
export interface Written {
  readonly bytes: Uint8Array;
  /** At the end of a file: what a line of SHA256SUMS needs. Of a link or within a file: nothing. */
  readonly file?: { readonly path: string; readonly size: number; readonly sha256: string };
}

/** One thing as a tar has it, in pieces; nothing where it went away before it was opened, and may. */
export async function* tarEntry(
  entry: SnapshotEntry,
  path: string,
  signal: AbortSignal,
): AsyncGenerator<Written, void, undefined> {
  if (entry.kind === "link") {
    yield { bytes: spellTarHeader({ kind: "link", path, target: entry.target }) };
    return;
  }
  const handle = await openUnlessGone(entry.from, entry.fleeting);
  if (!handle) return;
  await using file = handle;
  const { size, mtimeMs } = await file.stat();
  yield { bytes: spellTarHeader({ kind: "file", path, size, mtime: Math.floor(mtimeMs / 1000) }) };
  const hash = createHash("sha256");
  // What is added to it from now on is not part of the copy.
  for (let at = 0; at < size;) {
    signal.throwIfAborted();
    const { bytesRead, buffer } = await file.read(new Uint8Array(Math.min(pieceBytes, size - at)), { position: at });
    if (bytesRead === 0) throw refuse("unreadable", { path: entry.path, why: "it became shorter while it was read" });
    at += bytesRead;
    const bytes = buffer.subarray(0, bytesRead);
    hash.update(bytes);
    yield { bytes };
  }
  yield { bytes: new Uint8Array(paddingOf(size)), file: { path, size, sha256: hash.digest("hex") } };
}

/** Text or a small document as a tar has it. */
export function tarText(path: string, body: Uint8Array, mtime: number): Uint8Array {
  const head = spellTarHeader({ kind: "file", path, size: body.length, mtime });
  return Buffer.concat([head, body, new Uint8Array(paddingOf(body.length))]);
}

async function openUnlessGone(path: string, fleeting: boolean): Promise<FileHandle | undefined> {
  try {
    return await open(path, "r");
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
    if (fleeting && error.code === "ENOENT") return undefined;
    throw refuse("unreadable", { path, why: error.message }, error);
  }
}
