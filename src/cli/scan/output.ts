import { createWriteStream } from "node:fs";
import { once } from "node:events";
import type { Writable } from "node:stream";
import { refuse } from "../refuse.ts";

export interface Output extends AsyncDisposable {
  /** Resolves at once while the reader keeps up; undefined then, so that nobody awaits for nothing. */
  write(text: string): void | Promise<void>;
  /** Hands on what was gathered and waits until it is written, or until that has failed. */
  end(): Promise<void>;
  /**
   * `closed`: whoever read it has gone away, as `| head` does; there is no use in going on. `failed`: it can't be
   * written, which stderr was told.
   */
  readonly state: "open" | "closed" | "failed";
  readonly isTerminal: boolean;
  readonly columns: number;
}

/** Text is gathered to about this many characters before it is handed on. */
const gathered = 64 * 1024;

/** Standard output, or a file. `what` it is for, as people call it: "the report". */
export async function openOutput(path: string | undefined, what = "the report"): Promise<Output> {
  const stream: Writable = path === undefined ? process.stdout : createWriteStream(path);
  if (path !== undefined) await opened(stream, path);
  let state: Output["state"] = "open";
  let pending = "";
  let ended = false;
  /** Set while the reader is behind; one for all that wait. */
  let drained: { readonly promise: Promise<void>; readonly resolve: () => void } | undefined;
  const goOn = () => {
    drained?.resolve();
    drained = undefined;
  };
  stream.on("drain", goOn).on("close", goOn);
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (state !== "open") return;
    state = error.code === "EPIPE" ? "closed" : "failed";
    if (state === "failed") console.error(`meridian: ${what} can't be written: ${error.message}`);
    goOn();
  });

  function flush(): void | Promise<void> {
    const text = pending;
    pending = "";
    if (state !== "open" || text === "" || stream.write(text)) return;
    return (drained ??= Promise.withResolvers<void>()).promise;
  }

  async function end(): Promise<void> {
    if (ended) return;
    ended = true;
    await flush();
    if (state !== "open") return;
    // Standard output stays open for others; a write of nothing is done when all before it are.
    if (path === undefined) await new Promise<void>((resolve) => stream.write("", () => resolve()));
    else await new Promise<void>((resolve) => stream.once("close", resolve).end());
  }

  return {
    write(text) {
      pending += text;
      if (pending.length >= gathered) return flush();
    },
    end,
    get state() {
      return state;
    },
    isTerminal: path === undefined && process.stdout.isTTY === true,
    columns: (path === undefined && process.stdout.columns) || 100,
    [Symbol.asyncDispose]: end,
  };
}

async function opened(stream: Writable, path: string): Promise<void> {
  try {
    await once(stream, "open");
  } catch (cause) {
    throw refuse("not-writable", { path, why: cause instanceof Error ? cause.message : String(cause) }, cause);
  }
}
