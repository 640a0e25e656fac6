import { open, stat } from "node:fs/promises";
import { sniff } from "#ingest";
import type { FileStretch } from "./task.ts";

/** Bytes of one stretch of a large file: small enough to spread evenly, large enough that starting on it costs nothing. */
const stretchBytes = 16 * 1024 * 1024;
/** What `sniff` is shown of a file. */
const headBytes = 64 * 1024;

/** Cuts a file into stretches when its format allows it; any other file is one stretch. */
export async function* planFile(path: string): AsyncGenerator<FileStretch> {
  const info = await stat(path);
  if (!info.isFile() || info.size <= stretchBytes * 1.5) {
    yield { kind: "file", name: path, path };
    return;
  }
  const { format, compression, splittable } = sniff(await readHead(path));
  if (compression !== undefined || !splittable) {
    yield { kind: "file", name: path, path };
    return;
  }
  for (let start = 0; start < info.size; start += stretchBytes) {
    yield { kind: "file", name: path, path, format, start, end: Math.min(start + stretchBytes, info.size) };
  }
}

async function readHead(path: string): Promise<Uint8Array> {
  await using file = await open(path);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(headBytes), 0, headBytes, 0);
  return buffer.subarray(0, bytesRead);
}
