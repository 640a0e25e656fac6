import { type Dirent } from "node:fs";
import { type FileHandle, link, mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { healthOf } from "../health.ts";
import { type BlobFacts, type Blobs, checkKey, checkLimit, checkRange, listLimit } from "./blobs.ts";
import { spool } from "./spool.ts";

/**
 * Blobs as files: the key's words are folders and the last one the file, with an `@` that no key has, so that a blob
 * `a` and a blob `a/b` can both be. Whoever opens it holds the data folder's lock.
 */
export async function openFolderBlobs({ folder }: { folder: string }): Promise<Blobs> {
  const incoming = join(folder, ".incoming");
  // What a crash left half-written.
  await rm(incoming, { recursive: true, force: true });
  await mkdir(incoming, { recursive: true, mode: 0o700 });
  const fileOf = (key: string) => {
    checkKey(key);
    return join(folder, `${key}@`);
  };

  return {
    maker: "folder",
    async put(key, body, { ifAbsent = false, signal } = {}) {
      const file = fileOf(key);
      await using spooled = await spool(incoming, body, signal);
      await makeParents(folder, file);
      // Both are atomic: a reader sees the old bytes or the new ones, and of two that put at once one wins whole.
      if (!ifAbsent) await rename(spooled.file, file);
      else if (!(await linked(spooled.file, file))) return { outcome: "exists" };
      await syncFolder(dirname(file));
      return { outcome: "stored", size: spooled.size, sha256: spooled.sha256 };
    },
    async get(key, { range, signal } = {}) {
      if (range) checkRange(range);
      signal?.throwIfAborted();
      const handle = await ifThere(open(fileOf(key), "r"));
      if (!handle) return undefined;
      try {
        const { size } = await handle.stat();
        const end = Math.min(size, range?.end ?? size);
        const body = bytes(handle, Math.min(range?.start ?? 0, end), end, signal);
        return { size, body, [Symbol.asyncDispose]: () => handle.close() };
      } catch (error) {
        await handle.close();
        throw error;
      }
    },
    async head(key, signal) {
      signal?.throwIfAborted();
      return factsOf(key, fileOf(key));
    },
    async delete(key, signal) {
      signal?.throwIfAborted();
      const file = fileOf(key);
      await rm(file, { force: true });
      await ifThere(syncFolder(dirname(file)));
    },
    async list({ prefix = "", after = "", limit = listLimit, signal } = {}) {
      checkLimit(limit);
      const found: BlobFacts[] = [];
      for await (const key of keys(folder, "", prefix, after)) {
        signal?.throwIfAborted();
        const facts = await factsOf(key, fileOf(key));
        // One that was deleted since the folder was read is not there.
        if (facts) found.push(facts);
        if (found.length === limit) break;
      }
      return found;
    },
    health: () =>
      healthOf("folder", async () => {
        await using spooled = await spool(incoming, new Uint8Array(1));
        return spooled.size === 1 ? undefined : "cannot write";
      }),
    async [Symbol.asyncDispose]() {},
  };
}

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (hasCode(error, "EEXIST")) return false;
    throw error;
  }
}

/** Makes the folders above a file, each of them on disk under its own name. */
async function makeParents(root: string, file: string): Promise<void> {
  const made = await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  if (made === undefined) return;
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    await syncFolder(folder);
    if (folder === dirname(made) || relative(root, folder) === "") return;
  }
}

async function syncFolder(folder: string): Promise<void> {
  await using handle = await open(folder, "r");
  await handle.sync();
}

async function* bytes(file: FileHandle, start: number, end: number, signal?: AbortSignal) {
  for (let at = start; at < end;) {
    signal?.throwIfAborted();
    const { bytesRead, buffer } = await file.read(new Uint8Array(Math.min(chunkBytes, end - at)), { position: at });
    if (bytesRead === 0) return;
    at += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

const chunkBytes = 256 * 1024;

async function factsOf(key: string, file: string): Promise<BlobFacts | undefined> {
  const found = await ifThere(stat(file));
  return found && { key, size: found.size, putAt: Math.floor(found.mtimeMs / 1000) * 1000 };
}

/** Keys in order of their bytes, which is not the order of a walk: `a-b` comes before `a/b`. */
async function* keys(root: string, above: string, prefix: string, after: string): AsyncGenerator<string> {
  const entries = (await ifThere(readdir(join(root, above), { withFileTypes: true }))) ?? [];
  const named = entries.map(nameOf).filter((name) => name !== undefined);
  for (const name of named.sort()) {
    const path = above + name;
    const isFolder = name.endsWith("/");
    if (!path.startsWith(prefix.slice(0, path.length))) continue;
    if (isFolder) {
      // Everything below begins with `path`; it is past only when `after` sorts behind all of that.
      if (after < path || after.startsWith(path)) yield* keys(root, path, prefix, after);
    } else if (path > after && path.startsWith(prefix)) yield path;
  }
}

/** `a` for the blob, `a/` for the folder, nothing for what is neither. */
function nameOf(entry: Dirent): string | undefined {
  if (entry.name.startsWith(".")) return undefined;
  if (entry.isDirectory()) return `${entry.name}/`;
  return entry.isFile() && entry.name.endsWith("@") ? entry.name.slice(0, -1) : undefined;
}

async function ifThere<Result>(work: Promise<Result>): Promise<Result | undefined> {
  try {
    return await work;
  } catch (error) {
    if (hasCode(error, "ENOENT") || hasCode(error, "ENOTDIR")) return undefined;
    throw error;
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
