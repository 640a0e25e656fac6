import { mkdir, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative, resolve } from "node:path";
import { askTerminal } from "#access";
import { formatInstant, instant, type Secret } from "#kernel";
import {
  type Clock,
  DataFolderError,
  holdSnapshot,
  letSnapshotGo,
  openDataFolder,
  type SnapshotEntry,
  walkSnapshot,
} from "#platform";
import { refuse } from "../refusals.ts";
import { type Held, heldSchema, snapshotName } from "./hold-verb.ts";
import { backupFormat, type BackupParts, dataPrefix, dumpFile } from "./manifest.ts";
import { dumpPostgres } from "./pg-tools.ts";
import { type BackupWritten, writeBackup } from "./write-backup.ts";

export interface BackUpOptions {
  /** The data folder, as the settings name it. */
  readonly data: string;
  /** The socket of a server that may run on it. */
  readonly socket: string;
  /** A file that is not there, or a folder that is: then the file gets a name of its own. */
  readonly out: string;
  readonly parts: BackupParts;
  readonly databaseUrl: Secret | undefined;
  /** Leave out the records of a PostgreSQL database, which has backups of its own. */
  readonly withoutRecords: boolean;
  readonly passphrase: Secret | undefined;
  readonly version: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly tell: (done: Progress) => void;
}

export interface Progress {
  readonly files: number;
  readonly bytes: number;
  readonly ofFiles: number;
  readonly ofBytes: number;
}

export interface BackedUp extends BackupWritten {
  readonly file: string;
  readonly madeAt: string;
  /** Whether a server went on running meanwhile. */
  readonly running: boolean;
  /** What has to be backed up by other means: what holds it. */
  readonly elsewhere: readonly ("postgres" | "clickhouse" | "s3")[];
}

/** Makes a backup, of a running server's data or of a stopped one's. Throws refusals. */
export async function backUp(options: BackUpOptions): Promise<BackedUp> {
  const { parts, databaseUrl, clock, signal } = options;
  const folder = await dataFolder(options.data);
  const madeAt = formatInstant(instant(clock.now()));
  const out = await placeFor(options.out, folder, madeAt);
  const dump = parts.records === "postgres" && databaseUrl && !options.withoutRecords ? `${out}.pgdump` : undefined;
  await using stack = new AsyncDisposableStack();
  if (dump !== undefined && databaseUrl) {
    stack.defer(() => rm(dump, { force: true }));
    // Before the events are held: these may be ahead of the records and not the other way round.
    await dumpPostgres(databaseUrl, dump, signal);
  }
  const { held, running } = await hold(options, folder, stack);
  const entries = () => named(folder, held, dump);
  const total = { ofFiles: 0, ofBytes: 0 };
  for await (const entry of entries()) {
    signal.throwIfAborted();
    if (entry.kind === "link") continue;
    total.ofFiles += 1;
    total.ofBytes += await stat(entry.from).then(
      ({ size }) => size,
      () => 0,
    );
  }
  const written = await writeBackup({
    entries: entries(),
    about: {
      meridian: "backup",
      format: backupFormat,
      version: options.version,
      madeAt,
      parts,
      dumped: dump !== undefined,
    },
    out,
    passphrase: options.passphrase,
    signal,
    tell: (done) => options.tell({ ...done, ...total }),
  });
  await noteBackup(folder, { madeAt, file: out, size: written.size, sha256: written.sha256 });
  const elsewhere = Object.values(parts).filter(
    (maker) => maker === "clickhouse" || maker === "s3" || (maker === "postgres" && dump === undefined),
  ) as BackedUp["elsewhere"];
  return { ...written, file: out, madeAt, running, elsewhere };
}

/** Written beside the data, for `doctor`. */
export const lastBackupFile = "last-backup.json";

async function noteBackup(folder: string, note: object): Promise<void> {
  const file = join(folder, lastBackupFile);
  await writeFile(`${file}.new`, `${JSON.stringify(note)}\n`, { mode: 0o600, flush: true });
  await rename(`${file}.new`, file);
}

async function dataFolder(path: string): Promise<string> {
  const folder = await realpath(path).catch(() => undefined);
  if (folder === undefined || !(await isThere(join(folder, "format.json")))) throw refuse("no-data", { path });
  return folder;
}

async function placeFor(wanted: string, folder: string, madeAt: string): Promise<string> {
  const asFolder = wanted.endsWith("/") || (await stat(wanted).catch(() => undefined))?.isDirectory() === true;
  const name = asFolder ? `meridian-${madeAt.replaceAll(/[-:]|\.\d+/g, "")}.tar` : basename(wanted);
  const above = asFolder ? wanted : dirname(resolve(wanted));
  try {
    await mkdir(above, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw refuse("not-writable", { path: wanted, why: error instanceof Error ? error.message : String(error) }, error);
  }
  const out = join(await realpath(above), name);
  if (!relative(folder, out).startsWith("..")) throw refuse("inside", { path: out });
  if (await isThere(out)) throw refuse("exists", { path: out });
  return out;
}

/** A moment of the folder, let go with the stack. */
async function hold(
  { socket, signal }: BackUpOptions,
  folder: string,
  stack: AsyncDisposableStack,
): Promise<{ readonly held: Held; readonly running: boolean }> {
  const asked = await askTerminal(socket, "backup.hold", { pid: process.pid }, signal);
  if (asked.ok) {
    const held = heldSchema.parse(asked.value);
    stack.defer(() => letSnapshotGo(folder, held.snapshot));
    return { held, running: true };
  }
  try {
    stack.use(await openDataFolder(folder));
  } catch (error) {
    if (error instanceof DataFolderError) throw refuse("cannot-open", { why: error.message }, error);
    throw error;
  }
  const snapshot = snapshotName();
  await letSnapshotGo(folder);
  stack.defer(() => letSnapshotGo(folder, snapshot));
  await holdSnapshot({ folder, name: snapshot });
  return { held: { snapshot, frozen: false }, running: false };
}

async function* named(
  folder: string,
  { snapshot, frozen }: Held,
  dump: string | undefined,
): AsyncGenerator<SnapshotEntry & { readonly name: string }, void, undefined> {
  if (dump !== undefined) yield { kind: "file", path: dumpFile, name: dumpFile, from: dump, fleeting: false };
  for await (const entry of walkSnapshot(folder, snapshot, frozen))
    yield { ...entry, name: `${dataPrefix}${entry.path}` };
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
