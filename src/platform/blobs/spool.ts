import { createHash, randomUUID } from "node:crypto";
import { open, rm } from "node:fs/promises";
import { join } from "node:path";
import type { BlobBody } from "./blobs.ts";

export interface Spooled extends AsyncDisposable {
  readonly file: string;
  readonly size: number;
  readonly sha256: string;
}

/**
 * Writes a body to a new file in `folder`, on disk when it resolves; the file is gone when what it gives is disposed
 * of, unless it was moved. Holds one chunk of the body at a time.
 */
export async function spool(folder: string, body: BlobBody, signal?: AbortSignal): Promise<Spooled> {
  const file = join(folder, randomUUID());
  const hash = createHash("sha256");
  let size = 0;
  try {
    await using handle = await open(file, "wx", 0o600);
    for await (const chunk of body instanceof Uint8Array ? [body] : body) {
      signal?.throwIfAborted();
      hash.update(chunk);
      await handle.appendFile(chunk);
      size += chunk.byteLength;
    }
    signal?.throwIfAborted();
    await handle.sync();
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  }
  return {
    file,
    size,
    sha256: hash.digest("hex"),
    [Symbol.asyncDispose]: () => rm(file, { force: true }),
  };
}
