import { fstatSync, type Stats } from "node:fs";
import { readdir, realpath, stat } from "node:fs/promises";
import { join } from "node:path";
import { systemReason } from "./formats/byte-source.ts";

export type FoundLog =
  /** A file or a pipe; `-` is standard input. */
  | { readonly kind: "log"; readonly path: string }
  | {
      readonly kind: "problem";
      readonly path: string;
      /** Stable: `unreadable`, `not-a-log`, `loop`, `already-read`. */
      readonly code: string;
      /** For people: the path, what is wrong with it, what was done. */
      readonly message: string;
    };

/**
 * All logs under the given paths, in a stable order: as named, folders by their entries' names. Links are followed; a
 * file that several of them lead to is read once, a folder that leads back to itself is reported. Nothing is left out
 * silently.
 */
export async function* findLogs(paths: Iterable<string>, signal?: AbortSignal): AsyncGenerator<FoundLog> {
  const seen = new Set<string>();
  for (const path of paths) {
    if (path === "-" && fstatSync(0).isDirectory())
      yield problem("standard input", "not-a-log", "is a folder; name it instead");
    else if (path === "-") yield { kind: "log", path };
    else yield* walk(path, [], seen, signal);
  }
}

/** `inside`: real paths of the folders that lead to `path`. */
async function* walk(
  path: string,
  inside: readonly string[],
  seen: Set<string>,
  signal: AbortSignal | undefined,
): AsyncGenerator<FoundLog> {
  signal?.throwIfAborted();
  let real: string;
  let found: Stats;
  let entries: readonly string[] = [];
  try {
    found = await stat(path);
    // A pipe, such as the shell's `<(…)`, may have no path of its own.
    real = found.isFIFO() ? path : await realpath(path);
    if (found.isDirectory() && !inside.includes(real) && !seen.has(real)) entries = await readdir(real);
  } catch (error) {
    const isLoop = (error as NodeJS.ErrnoException).code === "ELOOP";
    yield isLoop
      ? problem(path, "loop", "is a link that leads back to itself; it was passed over")
      : problem(path, "unreadable", `can't be read (${systemReason(error)}); it was passed over`);
    return;
  }
  if (inside.includes(real)) {
    yield problem(path, "loop", `leads back to ${real}, the folder it lies in; it was not walked again`);
    return;
  }
  if (!found.isFIFO() && seen.has(real)) {
    yield problem(path, "already-read", `is ${real}, which was read already; it was not read twice`);
    return;
  }
  seen.add(real);
  if (found.isFile() || found.isFIFO()) yield { kind: "log", path };
  else if (found.isDirectory()) {
    for (const entry of [...entries].sort()) yield* walk(join(path, entry), [...inside, real], seen, signal);
  } else {
    const what = found.isSocket() ? "a socket" : "a device";
    yield problem(path, "not-a-log", `is ${what}; only files, folders and pipes are read`);
  }
}

function problem(path: string, code: string, message: string): FoundLog {
  return { kind: "problem", path, code, message: `${path} ${message}` };
}
