import { chmod, mkdir, readFile, realpath, rename, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** The layout of the folder. Raised when an older program could no longer read what this one writes. */
export const dataFolderFormat = 1;

export interface DataFolder extends AsyncDisposable {
  /** Absolute, without symbolic links. */
  readonly path: string;
  /** A sub-folder, made with mode 0700 when missing. */
  folder(name: string): Promise<string>;
}

export type DataFolderProblem = "held" | "newer" | "unreadable";

/** Why the folder cannot be opened. `code` is stable; `holder` is the process that holds it, where it is known. */
export class DataFolderError extends Error {
  override readonly name = "DataFolderError";
  readonly code: DataFolderProblem;
  readonly holder: number | undefined;

  constructor(
    code: DataFolderProblem,
    message: string,
    options: { holder?: number | undefined; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.holder = options.holder;
  }
}

/** Locks held by this process: SQLite closes a handle that is garbage-collected, and the lock would go with it. */
const held = new Map<string, DatabaseSync>();

/**
 * Opens a data folder for this process alone, making it (mode 0700) when it is missing. The lock is an SQLite write
 * lock on `lock.sqlite`: the kernel frees it when the process ends however it ends, so no stale file can hold the
 * folder, and it works between containers that share a volume. The pid in `holder.json` is only for the message.
 *
 * Throws a DataFolderError: `held` by a living process, written by a `newer` program, or `unreadable`.
 */
export async function openDataFolder(path: string): Promise<DataFolder> {
  const folder = await makeFolder(path);
  const lock = await takeLock(folder);
  try {
    await checkFormat(folder);
    await writeWhole(join(folder, "holder.json"), { pid: process.pid, host: hostname() });
  } catch (error) {
    releaseLock(folder, lock);
    throw error;
  }
  return {
    path: folder,
    folder: (name) => makeFolder(join(folder, name)),
    async [Symbol.asyncDispose]() {
      releaseLock(folder, lock);
    },
  };
}

async function makeFolder(path: string): Promise<string> {
  try {
    const made = await mkdir(path, { recursive: true, mode: 0o700 });
    if (made !== undefined) await chmod(path, 0o700);
    return await realpath(path);
  } catch (error) {
    throw new DataFolderError("unreadable", `Cannot make or open the data folder ${path}. Check its owner and mode.`, {
      cause: error,
    });
  }
}

async function takeLock(folder: string): Promise<DatabaseSync> {
  if (held.has(folder))
    throw new DataFolderError("held", `This process (${process.pid}) has the data folder ${folder} open already.`, {
      holder: process.pid,
    });
  const lock = new DatabaseSync(join(folder, "lock.sqlite"), { timeout: 0 });
  try {
    // Held until the process ends or the folder is closed; nothing is ever written in it.
    lock.exec("begin exclusive");
  } catch (error) {
    lock.close();
    if (!isBusy(error))
      throw new DataFolderError("unreadable", `Cannot lock the data folder ${folder}: ${String(error)}`, {
        cause: error,
      });
    throw await heldByAnother(folder, error);
  }
  held.set(folder, lock);
  return lock;
}

function releaseLock(folder: string, lock: DatabaseSync): void {
  if (held.get(folder) !== lock) return;
  held.delete(folder);
  lock.close();
}

const sqliteBusy = 5;

function isBusy(error: unknown): boolean {
  return error instanceof Error && "errcode" in error && (Number(error.errcode) & 0xff) === sqliteBusy;
}

async function heldByAnother(folder: string, cause: unknown): Promise<DataFolderError> {
  const { pid, host } = (await readWhole(join(folder, "holder.json"))) ?? {};
  const holder = typeof pid === "number" ? pid : undefined;
  const who = holder === undefined ? "another process" : `process ${holder} on ${String(host)}`;
  return new DataFolderError(
    "held",
    `The data folder ${folder} is held by ${who}. Stop that process, or start this one with another data folder.`,
    { holder, cause },
  );
}

async function checkFormat(folder: string): Promise<void> {
  const file = join(folder, "format.json");
  const { format } = (await readWhole(file)) ?? {};
  if (format === undefined) return writeWhole(file, { format: dataFolderFormat });
  if (!Number.isSafeInteger(format) || Number(format) < 1)
    throw new DataFolderError("unreadable", `${file} holds no format number. Restore the folder from a backup.`);
  if (Number(format) > dataFolderFormat)
    throw new DataFolderError(
      "newer",
      `The data folder ${folder} was written by a newer Meridian (format ${Number(format)}; this one knows ${dataFolderFormat}). Run the newer program.`,
    );
}

async function readWhole(file: string): Promise<Record<string, unknown> | undefined> {
  try {
    const read: unknown = JSON.parse(await readFile(file, "utf8"));
    return typeof read === "object" && read !== null ? (read as Record<string, unknown>) : {};
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}

async function writeWhole(file: string, value: unknown): Promise<void> {
  await writeFile(`${file}.new`, `${JSON.stringify(value)}\n`, { mode: 0o600, flush: true });
  await rename(`${file}.new`, file);
}
