import { createHash } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import type { Secret } from "#kernel";
import type { SnapshotEntry } from "#platform";
import { encryptAge } from "../archive/age.ts";
import { tarEntry, tarText } from "../archive/write-tar.ts";
import { paddingOf, spellTarHeader, tarEnd } from "../core/tar-header.ts";
import { refuse } from "../refusals.ts";
import { type Manifest, manifestFile, sumsFile, sumsLine } from "./manifest.ts";

export interface BackupInput {
  readonly entries: AsyncIterable<SnapshotEntry & { /** In the archive. */ readonly name: string }>;
  readonly about: Pick<Manifest, "meridian" | "format" | "version" | "madeAt" | "parts" | "dumped">;
  readonly out: string;
  readonly passphrase: Secret | undefined;
  readonly signal: AbortSignal;
  /** Told now and then how far it is. */
  readonly tell: (done: { readonly files: number; readonly bytes: number }) => void;
}

export interface BackupWritten {
  readonly files: number;
  /** Of the files. */
  readonly bytes: number;
  /** Of the backup itself. */
  readonly size: number;
  /** Of the backup itself, in hex: noted elsewhere, it proves that the backup is this one. */
  readonly sha256: string;
}

/** Writes a backup, mode 0600. It has its name once it is whole and on disk. */
export async function writeBackup(input: BackupInput): Promise<BackupWritten> {
  const { out, passphrase } = input;
  const part = `${out}.part`;
  try {
    await using spool = await sumsSpool(`${out}.sums`);
    await using file = await open(part, "wx", 0o600);
    const done = { files: 0, bytes: 0 };
    const plain = archive(input, spool, done);
    const hash = createHash("sha256");
    let size = 0;
    for await (const bytes of passphrase ? encryptAge(plain, passphrase) : plain) {
      await file.writeFile(bytes);
      hash.update(bytes);
      size += bytes.length;
    }
    await file.sync();
    await rename(part, out);
    await using folder = await open(dirname(out), "r");
    await folder.sync();
    return { ...done, size, sha256: hash.digest("hex") };
  } catch (error) {
    // What somebody else is writing is theirs.
    if (!hasCode(error, "EEXIST")) await rm(part, { force: true });
    if (error instanceof Error && "syscall" in error)
      throw refuse("not-writable", { path: out, why: error.message }, error);
    throw error;
  }
}

interface Spool extends AsyncDisposable {
  add(line: string): Promise<void>;
  /** All that was added. */
  bytes(): AsyncIterable<Uint8Array>;
  readonly size: number;
}

/** Lines on disk: there may be a million of them. */
async function sumsSpool(path: string): Promise<Spool> {
  const file = await open(path, "wx+", 0o600);
  let size = 0;
  let waiting = "";
  const flush = async () => {
    const bytes = Buffer.from(waiting);
    waiting = "";
    await file.write(bytes, 0, bytes.length, size);
    size += bytes.length;
  };
  return {
    async add(line) {
      waiting += line;
      if (waiting.length > 64 * 1024) await flush();
    },
    async *bytes() {
      await flush();
      for (let at = 0; at < size;) {
        const { bytesRead, buffer } = await file.read(new Uint8Array(64 * 1024), { position: at });
        at += bytesRead;
        yield buffer.subarray(0, bytesRead);
      }
    },
    get size() {
      return size + Buffer.byteLength(waiting);
    },
    async [Symbol.asyncDispose]() {
      await file.close();
      await rm(path, { force: true });
    },
  };
}

async function* archive(
  { entries, about, signal, tell }: BackupInput,
  spool: Spool,
  done: { files: number; bytes: number },
): AsyncGenerator<Uint8Array, void, undefined> {
  const links: { path: string; target: string }[] = [];
  const mtime = Math.floor(Date.parse(about.madeAt) / 1000);
  for await (const entry of entries) {
    if (entry.kind === "link") links.push({ path: entry.name, target: entry.target });
    for await (const { bytes, file } of tarEntry(entry, entry.name, signal)) {
      yield bytes;
      if (!file) continue;
      done.files += 1;
      done.bytes += file.size;
      await spool.add(sumsLine(file.sha256, file.path));
      tell(done);
    }
  }
  const sums = createHash("sha256");
  const { size } = spool;
  yield spellTarHeader({ kind: "file", path: sumsFile, size, mtime });
  for await (const bytes of spool.bytes()) {
    sums.update(bytes);
    yield bytes;
  }
  yield new Uint8Array(paddingOf(size));
  const manifest: Manifest = { ...about, ...done, sums: sums.digest("hex"), links };
  yield tarText(manifestFile, Buffer.from(`${JSON.stringify(manifest, undefined, 2)}\n`), mtime);
  yield tarEnd;
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
