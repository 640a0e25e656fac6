import { randomBytes } from "node:crypto";
import {
  type FileHandle,
  mkdir,
  mkdtemp,
  open,
  readdir,
  realpath,
  rename,
  rm,
  statfs,
  symlink,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Secret } from "#kernel";
import type { TarEntry } from "../core/tar-header.ts";
import { refuse } from "../refusals.ts";
import { dataPrefix, dumpFile, type Manifest } from "./manifest.ts";
import { restorePostgres } from "./pg-tools.ts";
import { readBackup, sizeOf } from "./read-backup.ts";
import { spellBytes } from "../core/spell-bytes.ts";

export interface RestoreOptions {
  readonly file: string;
  /** Where the data folder is to be: not there yet, or empty. Undefined to check the backup and put nothing anywhere. */
  readonly folder: string | undefined;
  readonly passphrase: Secret | undefined;
  /** The empty database for the records of a backup that holds a PostgreSQL database. */
  readonly databaseUrl: Secret | undefined;
  readonly signal: AbortSignal;
  readonly tell: (done: { readonly files: number; readonly bytes: number }) => void;
}

/**
 * Puts a backup's data folder in place, all of it or nothing: it is unpacked beside the place, every hash is checked,
 * the records are looked over, all is on disk, and then it gets its name. Gives back the manifest. Throws refusals.
 */
export async function restore(options: RestoreOptions): Promise<Manifest> {
  const { folder, signal } = options;
  if (folder === undefined) return checkOnly(options);
  const place = await emptyPlace(folder);
  await assertRoom(options.file, dirname(place));
  const beside = join(dirname(place), `.${basename(place)}.restoring-${randomBytes(4).toString("hex")}`);
  await mkdir(beside, { mode: 0o700 });
  try {
    const scratch = join(beside, "scratch");
    const data = join(beside, "data");
    await mkdir(scratch, { mode: 0o700 });
    await mkdir(data, { mode: 0o700 });
    const unpacking = new Unpacking(data, join(scratch, dumpFile));
    const manifest = await unpacked(options, scratch, unpacking);
    await unpacking.finish();
    checkRecords(join(data, "records.sqlite"), manifest);
    signal.throwIfAborted();
    if (manifest.dumped) await restoreDump(options.databaseUrl, join(scratch, dumpFile), signal);
    await syncFolder(data);
    // An empty folder is replaced; one that was filled meanwhile is not.
    await rename(data, place);
    await syncFolder(dirname(place));
    return manifest;
  } finally {
    await rm(beside, { recursive: true, force: true });
  }
}

async function unpacked(
  { file, passphrase, signal, tell, databaseUrl }: RestoreOptions,
  scratch: string,
  unpacking: Unpacking,
): Promise<Manifest> {
  const take = async (entry: TarEntry, bytes: AsyncIterable<Uint8Array>) => {
    // Said before hours are spent on the rest: it comes first in a backup.
    if (entry.path === dumpFile && !databaseUrl) throw refuse("database-wanted");
    await unpacking.take(entry, bytes);
  };
  return readBackup({ file, passphrase, scratch, take, signal, tell });
}

async function checkOnly({ file, passphrase, signal, tell }: RestoreOptions): Promise<Manifest> {
  const scratch = await mkdtemp(join(tmpdir(), "meridian-check-"));
  const take = async (_: TarEntry, bytes: AsyncIterable<Uint8Array>) => {
    for await (const _piece of bytes);
  };
  try {
    return await readBackup({ file, passphrase, scratch, take, signal, tell });
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

const mostSyncing = 32;

/** Files as they come; links at the end, so that nothing is ever written through one. */
class Unpacking {
  readonly #root: string;
  readonly #dump: string;
  readonly #links: { readonly path: string; readonly target: string }[] = [];
  readonly #folders = new Set<string>([""]);
  /** Files on their way to the disk: several at once take little longer than one. */
  readonly #syncing = new Set<Promise<void>>();

  constructor(root: string, dump: string) {
    this.#root = root;
    this.#dump = dump;
  }

  async take(entry: TarEntry, bytes: AsyncIterable<Uint8Array>): Promise<void> {
    if (entry.kind === "file" && entry.path === dumpFile) return this.#write(this.#dump, entry.mtime, bytes);
    if (!entry.path.startsWith(dataPrefix)) throw refuse("damaged", { why: `it holds ${JSON.stringify(entry.path)}` });
    const path = entry.path.slice(dataPrefix.length);
    await this.#folder(dirname(path));
    if (entry.kind === "link") this.#links.push({ path, target: entry.target });
    else await this.#write(join(this.#root, path), entry.mtime, bytes);
  }

  async finish(): Promise<void> {
    await Promise.all(this.#syncing);
    for (const { path, target } of this.#links)
      await symlink(target, join(this.#root, path)).catch((error: unknown) => {
        throw refuse("damaged", { why: `${JSON.stringify(path)} is there twice` }, error);
      });
    for (const folder of this.#folders) await syncFolder(join(this.#root, folder));
  }

  async #write(path: string, mtime: number, bytes: AsyncIterable<Uint8Array>): Promise<void> {
    const file = await openNew(path);
    try {
      for await (const piece of bytes) await file.writeFile(piece);
      // The age of a blob is its file's.
      await file.utimes(mtime, mtime);
    } catch (error) {
      await file.close();
      throw notWritable(path, error);
    }
    const synced = file.sync().finally(() => file.close());
    // Told by whoever waits for it next.
    synced.catch(() => undefined);
    this.#syncing.add(synced);
    if (this.#syncing.size < mostSyncing) return;
    await Promise.all(this.#syncing);
    this.#syncing.clear();
  }

  async #folder(path: string): Promise<void> {
    if (path === "." || this.#folders.has(path)) return;
    await mkdir(join(this.#root, path), { recursive: true, mode: 0o700 }).catch((error: unknown) => {
      throw refuse("damaged", { why: `${JSON.stringify(path)} is a file and a folder` }, error);
    });
    for (let folder = path; folder !== "."; folder = dirname(folder)) this.#folders.add(folder);
  }
}

async function openNew(path: string): Promise<FileHandle> {
  try {
    return await open(path, "wx", 0o600);
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "EEXIST" || error.code === "EISDIR"))
      throw refuse("damaged", { why: `${JSON.stringify(basename(path))} is there twice` }, error);
    throw notWritable(path, error);
  }
}

function notWritable(path: string, error: unknown): unknown {
  if (!(error instanceof Error && "syscall" in error)) return error;
  return refuse("not-writable", { path, why: error.message }, error);
}

async function emptyPlace(folder: string): Promise<string> {
  const above = dirname(resolve(folder));
  try {
    await mkdir(above, { recursive: true });
    const place = join(await realpath(above), basename(resolve(folder)));
    const there = await readdir(place).catch(() => undefined);
    if (there && there.length > 0) throw refuse("not-empty", { path: place });
    return place;
  } catch (error) {
    if (error instanceof Error && "syscall" in error)
      throw refuse("not-writable", { path: folder, why: error.message }, error);
    throw error;
  }
}

async function assertRoom(file: string, place: string): Promise<void> {
  const needed = await sizeOf(file);
  const { bavail, bsize } = await statfs(place);
  if (bavail * bsize < needed)
    throw refuse("no-room", { needed: spellBytes(needed), path: place, free: spellBytes(bavail * bsize) });
}

/** Hashes say that the bytes are what was written; this, that what was written was whole. */
function checkRecords(path: string, { parts }: Manifest): void {
  if (parts.records !== "sqlite") return;
  let says: unknown;
  try {
    // Not read-only: only who may write takes the write-ahead log away again.
    const database = new DatabaseSync(path);
    says = database.prepare("pragma quick_check(1)").get()?.["quick_check"];
    database.close();
  } catch (error) {
    says = error instanceof Error ? error.message : String(error);
  }
  if (says !== "ok") throw refuse("damaged", { why: `its records: ${String(says)}` });
}

async function restoreDump(url: Secret | undefined, dump: string, signal: AbortSignal): Promise<void> {
  if (!url) throw refuse("database-wanted");
  await restorePostgres(url, dump, signal);
}

async function syncFolder(path: string): Promise<void> {
  await using folder = await open(path, "r");
  await folder.sync();
}
