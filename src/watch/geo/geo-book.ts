import { readFile, stat } from "node:fs/promises";
import type { Log } from "#telemetry";
import { type GeoFacts, type GeoFile, openGeo } from "./read-geo.ts";

export interface GeoBook {
  /** Whether there is any file to ask. */
  readonly on: boolean;
  /** What is wrong with files, for health; empty where nothing is, or none is named. */
  readonly problem: string;
  readonly files: readonly { readonly type: string; readonly builtAt: number }[];
  /** Of all files together; the first that says a thing is believed. Empty for what is no address, or a private one. */
  look(address: string): GeoFacts;
  /** Reads files that are others than before. What does not read leaves the one before in force. */
  refresh(): Promise<void>;
}

interface Open {
  readonly stamp: string;
  readonly file: GeoFile | undefined;
  readonly why: string;
}

/** Larger than any file of this kind there is. */
const mostBytes = 2 * 1024 ** 3 - 1;
/** Addresses remembered: lists of events name the same ones again and again. */
const mostKnown = 20_000;

export function createGeoBook(paths: readonly string[], log: Pick<Log, "info" | "warn">): GeoBook {
  const open = new Map<string, Open>();
  let known = new Map<string, GeoFacts>();
  const inUse = () => paths.flatMap((path) => open.get(path)?.file ?? []);

  return {
    get on() {
      return inUse().length > 0;
    },
    get problem() {
      return paths.flatMap((path) => (open.get(path)?.why ? [`${path}: ${open.get(path)!.why}`] : [])).join(" ");
    },
    get files() {
      return inUse().map(({ type, builtAt }) => ({ type, builtAt }));
    },
    look(address) {
      let facts = known.get(address);
      if (facts) return facts;
      facts = Object.assign(
        {},
        ...inUse()
          .map((file) => file.look(address))
          .toReversed(),
      ) as GeoFacts;
      if (known.size >= mostKnown) known = new Map();
      known.set(address, facts);
      return facts;
    },
    async refresh() {
      for (const path of paths) {
        const before = open.get(path);
        const next = await reopen(path, before);
        if (!next) continue;
        open.set(path, next);
        known = new Map();
        if (next.why === "") log.info("addresses are told by a file", { file: path, type: next.file?.type });
        else
          log.warn("a file of addresses could not be read; the one before is asked, if there was one", {
            file: path,
            why: next.why,
          });
      }
    },
  };
}

/** Undefined where the file is what it was. */
async function reopen(path: string, before: Open | undefined): Promise<Open | undefined> {
  const found = await stat(path).catch(() => undefined);
  const stamp = found ? `${found.ino} ${found.size} ${found.mtimeMs}` : "";
  if (before?.stamp === stamp) return undefined;
  const failed = (why: string): Open => ({ stamp, file: before?.file, why });
  if (!found?.isFile()) return failed("There is no such file.");
  if (found.size > mostBytes) return failed("It is larger than 2 GiB.");
  try {
    const opened = openGeo(await readFile(path));
    return opened.ok ? { stamp, file: opened.file, why: "" } : failed(opened.why);
  } catch {
    return failed("It cannot be read.");
  }
}
