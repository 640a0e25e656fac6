import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { type FileHandle, open, stat } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { isDeepStrictEqual } from "node:util";
import type { Secret } from "#kernel";
import { ageMagic, decryptAge } from "../archive/age.ts";
import { readTar } from "../archive/read-tar.ts";
import { isEntryPath, staysBelow } from "../core/entry-path.ts";
import type { TarEntry } from "../core/tar-header.ts";
import { refuse } from "../refusals.ts";
import {
  backupFormat,
  dataPrefix,
  type Manifest,
  manifestFile,
  manifestSchema,
  sumsFile,
  sumsLine,
} from "./manifest.ts";

export interface BackupReading {
  readonly file: string;
  readonly passphrase: Secret | undefined;
  /** Empty, and for nothing else: lists of hashes are spooled here, since there may be a million. */
  readonly scratch: string;
  /** Takes a file's bytes, all of them; a link has none. */
  readonly take: (entry: TarEntry, bytes: AsyncIterable<Uint8Array>) => Promise<void>;
  readonly signal: AbortSignal;
  readonly tell: (done: { readonly files: number; readonly bytes: number }) => void;
}

const mostManifestBytes = 16 * 1024 * 1024;

/**
 * Reads a whole backup, each file through `take`, and gives back its manifest once the last byte of it was checked. What
 * was taken before is worth nothing when this throws: a refusal for what is damaged, cut short, changed or no backup.
 */
export async function readBackup(reading: BackupReading): Promise<Manifest> {
  const { file, scratch, take, signal, tell } = reading;
  const links: { path: string; target: string }[] = [];
  const done = { files: 0, bytes: 0 };
  const lines = join(scratch, "found");
  let sums: string | undefined;
  let manifest: Manifest | undefined;
  const seen = createHash("sha256");
  {
    await using spool = await open(lines, "wx", 0o600);
    for await (const { entry, body } of readTar(bytesOf(file, await isEncrypted(file), reading))) {
      signal.throwIfAborted();
      if (manifest || !isEntryPath(entry.path))
        throw refuse("damaged", { why: `it holds ${JSON.stringify(entry.path)}` });
      if (entry.kind === "link") {
        // Of the data folder, whose own name in a backup is no folder to lead to.
        const within = entry.path.startsWith(dataPrefix) ? entry.path.slice(dataPrefix.length) : "";
        if (within === "" || !staysBelow(within, entry.target))
          throw refuse("damaged", { why: `${entry.path} points to ${JSON.stringify(entry.target)}` });
        links.push({ path: entry.path, target: entry.target });
        await take(entry, body);
      } else if (entry.path === sumsFile) {
        sums = await keepSums(body, join(scratch, "listed"));
      } else if (entry.path === manifestFile) {
        manifest = await readManifest(entry.size, body);
      } else {
        if (sums !== undefined) throw refuse("damaged", { why: `${entry.path} comes after the list of hashes` });
        const sha256 = await takeHashed(entry, body, take);
        done.files += 1;
        done.bytes += entry.size;
        const line = sumsLine(sha256, entry.path);
        seen.update(line);
        await spool.write(line);
        tell(done);
      }
    }
  }
  if (!manifest || sums === undefined) throw refuse("damaged", { why: "it is cut short" });
  if (sums !== seen.digest("hex")) throw refuse("damaged", { why: await firstDifference(scratch) });
  if (manifest.sums !== sums) throw refuse("damaged", { why: "its list of hashes was changed" });
  const { files, bytes } = manifest;
  if (files !== done.files || bytes !== done.bytes || !isDeepStrictEqual(manifest.links, links))
    throw refuse("damaged", { why: "it does not hold what its manifest says" });
  return manifest;
}

async function takeHashed(
  entry: TarEntry,
  body: AsyncIterable<Uint8Array>,
  take: BackupReading["take"],
): Promise<string> {
  const hash = createHash("sha256");
  const hashed = async function* () {
    for await (const bytes of body) {
      hash.update(bytes);
      yield bytes;
    }
  };
  await take(entry, hashed());
  return hash.digest("hex");
}

async function* bytesOf(
  file: string,
  encrypted: boolean,
  { passphrase, signal }: BackupReading,
): AsyncGenerator<Uint8Array, void, undefined> {
  if (encrypted && !passphrase) throw refuse("no-passphrase");
  const bytes: AsyncIterable<Uint8Array> = createReadStream(file, { highWaterMark: 256 * 1024, signal });
  yield* encrypted && passphrase ? decryptAge(bytes, passphrase) : bytes;
}

async function isEncrypted(file: string): Promise<boolean> {
  let handle: FileHandle;
  try {
    handle = await open(file, "r");
  } catch (error) {
    throw refuse("unreadable", { path: file, why: error instanceof Error ? error.message : String(error) }, error);
  }
  await using opened = handle;
  if (!(await opened.stat()).isFile()) throw refuse("not-a-backup", { path: file });
  const { buffer: start } = await opened.read(Buffer.alloc(512), { position: 0 });
  if (start.subarray(0, ageMagic.length).toString("latin1") === ageMagic) return true;
  if (start.subarray(257, 262).toString("latin1") !== "ustar") throw refuse("not-a-backup", { path: file });
  return false;
}

async function readManifest(size: number, body: AsyncIterable<Uint8Array>): Promise<Manifest> {
  if (size > mostManifestBytes) throw refuse("damaged", { why: "its manifest is too large" });
  const text = (await buffer(Readable.from(body))).toString();
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    throw refuse("damaged", { why: "its manifest is not JSON" });
  }
  const { format, version } = (read ?? {}) as { format?: unknown; version?: unknown };
  if (typeof format === "number" && format > backupFormat)
    throw refuse("newer-backup", { format, version: JSON.stringify(version) });
  const manifest = manifestSchema.safeParse(read);
  if (!manifest.success) throw refuse("damaged", { why: "its manifest is not one" });
  return manifest.data;
}

async function keepSums(body: AsyncIterable<Uint8Array>, file: string): Promise<string> {
  const hash = createHash("sha256");
  const hashed = async function* () {
    for await (const bytes of body) {
      hash.update(bytes);
      yield bytes;
    }
  };
  await pipeline(hashed, createWriteStream(file, { flags: "wx", mode: 0o600 }));
  return hash.digest("hex");
}

/** Which file is not what was written: the first line that differs. */
async function firstDifference(scratch: string): Promise<string> {
  const lines = (name: string) =>
    createInterface({ input: createReadStream(join(scratch, name)) })[Symbol.asyncIterator]();
  const found = lines("found");
  const listed = lines("listed");
  while (true) {
    const [one, other] = await Promise.all([found.next(), listed.next()]);
    if (one.done || other.done) return "it does not hold all the files that it lists";
    if (one.value !== other.value) return `${JSON.stringify(one.value.slice(66))} is not as it was written`;
  }
}

/** How large a backup is on disk. */
export async function sizeOf(file: string): Promise<number> {
  return (await stat(file).catch(() => undefined))?.size ?? 0;
}
