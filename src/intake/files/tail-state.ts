import { open, readFile, rename } from "node:fs/promises";

/** How far one file has been read. */
export interface FilePlace {
  /** The file, whatever it is called by now. */
  readonly dev: number;
  readonly ino: number;
  /** SHA-256 of its first bytes, and how many these are: an inode is used again, a file is cut and written anew. */
  readonly print: string;
  readonly printBytes: number;
  /** How often it began anew under this inode. */
  readonly turn: number;
  /** Bytes that were taken. */
  readonly offset: number;
  /** Up to where the next delivery goes, written down before it is handed over: after a crash the same bytes are handed over again. */
  readonly end: number;
  readonly path: string;
}

/** The places of all files of one source, kept in one small file that is replaced whole. */
export interface TailState {
  readonly places: Map<string, FilePlace>;
  /** Whether there was none yet. */
  readonly isNew: boolean;
  /** Resolves once they are on disk. */
  save(): Promise<void>;
}

export function placeKey({ dev, ino }: Pick<FilePlace, "dev" | "ino">): string {
  return `${dev}.${ino}`;
}

/** Throws what the system says of a file that can't be read, and for one that is not what `save` writes: reading anew would double what was taken. */
export async function openTailState(path: string): Promise<TailState> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  const kept = text === undefined ? [] : (JSON.parse(text) as FilePlace[]);
  const places = new Map(kept.map((place) => [placeKey(place), place]));
  return {
    places,
    isNew: text === undefined,
    async save() {
      const fresh = `${path}.new`;
      await using file = await open(fresh, "w", 0o600);
      await file.writeFile(JSON.stringify([...places.values()]));
      await file.sync();
      await rename(fresh, path);
    },
  };
}
