import { open, stat, type FileHandle } from "node:fs/promises";
import { unlessAborted } from "./aborted.ts";
import { systemReason, type ByteSource, type SourceFault } from "./byte-source.ts";

/** A regular file read by position, or a pipe read as it comes. Folders and devices are refused with a fault. */
export async function openFile(path: string, signal: AbortSignal | undefined): Promise<ByteSource> {
  let handle: FileHandle | undefined;
  try {
    // Before opening: opening a device can already do something.
    const found = await stat(path);
    if (!found.isFile() && !found.isFIFO()) return new RefusedSource(refusal(found));
    // Opening a pipe waits for somebody who writes to it.
    const opening = open(path, "r");
    handle = await unlessAborted(opening, signal).catch(async (error: unknown) => {
      if (signal?.aborted) opening.then((late) => late.close()).catch(() => {});
      throw error;
    });
    // Again after opening: the name may mean something else by now.
    const opened = await handle.stat();
    if (opened.isFile()) return new FileSource(handle, 0, undefined);
    if (opened.isFIFO()) return new FileSource(handle, undefined, signal);
    await handle.close();
    return new RefusedSource(refusal(opened));
  } catch (error) {
    await handle?.close();
    signal?.throwIfAborted();
    return new RefusedSource({ code: "unreadable", message: `cannot be opened: ${systemReason(error)}` });
  }
}

interface Kind {
  isDirectory(): boolean;
  isSocket(): boolean;
}

function refusal(found: Kind): SourceFault {
  const what = found.isDirectory() ? "a folder" : found.isSocket() ? "a socket" : "a device";
  const hint = found.isDirectory()
    ? "name the files in it, or let the folder be walked"
    : "only files and pipes are read";
  return { code: "not-a-log", message: `is ${what}, not a log file: ${hint}` };
}

class RefusedSource implements ByteSource {
  readonly fault: SourceFault;
  readonly consumed = 0;
  readonly mayReadAhead = false;
  constructor(fault: SourceFault) {
    this.fault = fault;
  }
  async read(): Promise<number> {
    return 0;
  }
  async [Symbol.asyncDispose](): Promise<void> {}
}

class FileSource implements ByteSource {
  readonly mayReadAhead: boolean;
  consumed = 0;
  fault: SourceFault | undefined;
  readonly #handle: FileHandle;
  readonly #signal: AbortSignal | undefined;
  #position: number | undefined;

  /** A pipe has no `position`, and may keep its reader waiting, so it needs the `signal`. */
  constructor(handle: FileHandle, position: number | undefined, signal: AbortSignal | undefined) {
    this.#signal = signal;
    this.#handle = handle;
    this.#position = position;
    this.mayReadAhead = position !== undefined;
  }

  seek(position: number): boolean {
    if (this.#position === undefined) return false;
    this.#position = position;
    this.consumed = 0;
    return true;
  }

  async read(into: Buffer, at: number): Promise<number> {
    try {
      const reading = this.#handle.read(into, at, into.length - at, this.#position ?? null);
      const { bytesRead } = await unlessAborted(reading, this.#signal);
      if (this.#position !== undefined) this.#position += bytesRead;
      this.consumed += bytesRead;
      return bytesRead;
    } catch (error) {
      this.#signal?.throwIfAborted();
      this.fault = { code: "read-failed", message: `reading stopped: ${systemReason(error)}` };
      return 0;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = this.#handle.close();
    // A read of a silent pipe that was given up may still be under way.
    if (this.#signal?.aborted) closed.catch(() => {});
    else await closed;
  }
}
