import { createWriteStream } from "node:fs";
import { once } from "node:events";
import { finished } from "node:stream/promises";
import type { Writable } from "node:stream";
import { refuse } from "../refuse.ts";

export interface Output extends AsyncDisposable {
  /** Resolves at once while the reader keeps up; undefined then, so that nobody awaits for nothing. */
  write(text: string): void | Promise<void>;
  /** true: whoever read the output has gone away (as `| head` does); there is no use in going on. */
  readonly closed: boolean;
  readonly isTerminal: boolean;
  readonly columns: number;
}

/** Text is gathered to about this many characters before it is handed on. */
const gathered = 64 * 1024;

/** Standard output, or a file. */
export async function openOutput(path: string | undefined): Promise<Output> {
  const stream: Writable = path === undefined ? process.stdout : createWriteStream(path);
  if (path !== undefined) await opened(stream, path);
  let closed = false;
  let pending = "";
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") console.error(`meridian: the report can't be written: ${error.message}`);
    closed = true;
  });

  function flush(): void | Promise<void> {
    const text = pending;
    pending = "";
    if (closed || text === "" || stream.write(text)) return;
    return Promise.race([once(stream, "drain"), once(stream, "close")]).then(
      () => undefined,
      () => undefined,
    );
  }

  return {
    write(text) {
      pending += text;
      if (pending.length >= gathered) return flush();
    },
    get closed() {
      return closed;
    },
    isTerminal: path === undefined && process.stdout.isTTY === true,
    columns: (path === undefined && process.stdout.columns) || 100,
    async [Symbol.asyncDispose]() {
      await flush();
      if (path === undefined) return;
      stream.end();
      await finished(stream).catch(() => undefined);
    },
  };
}

async function opened(stream: Writable, path: string): Promise<void> {
  try {
    await once(stream, "open");
  } catch (cause) {
    throw refuse("not-writable", { path, why: cause instanceof Error ? cause.message : String(cause) }, cause);
  }
}
