import { glob, type FileHandle, open, readdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { FormatName } from "#ingest";
import type { Clock } from "#platform";
import type { Log } from "#telemetry";
import type { Desk } from "../desk.ts";
import { type FileForm, formOf, printOf, readAt } from "./file-pieces.ts";
import { type FilePlace, openTailState, placeKey, type TailState } from "./tail-state.ts";

export interface TailOptions {
  readonly source: string;
  /** Globs. */
  readonly paths: readonly string[];
  readonly format?: FormatName | undefined;
  /** Where files that are there at the very first start are begun; later ones from their start. */
  readonly from: "start" | "end";
  /** Where its places are kept. */
  readonly stateFile: string;
}

export interface TailParts {
  readonly desk: Desk;
  readonly clock: Clock;
  readonly log: Log;
}

/** Milliseconds between two looks, bytes of one delivery, the longest line, files of one source, and how long a renamed file is read on. */
const lookEvery = 1_000;
const pieceBytes = 1024 * 1024;
const lineBytes = 8 * 1024 * 1024;
const mostFiles = 1_000;
const lingers = 60_000;

interface Open {
  readonly file: FileHandle;
  place: FilePlace;
  form: FileForm | undefined;
  /** Under none of the globs any more, since then. */
  goneAt: number | undefined;
}

/**
 * Reads the files that globs name as they grow: through renaming, through being cut and written anew, and on after a crash. A piece's place is
 * written down before it is handed over and after it was taken, so that none is lost and a second one is known as the same. Ends when the
 * signal aborts.
 */
export async function tailFiles(parts: TailParts, options: TailOptions, signal: AbortSignal): Promise<void> {
  const { clock, log } = parts;
  const state = await openTailState(options.stateFile);
  const opened = new Map<string, Open>();
  const begins = state.isNew && options.from === "end" ? "end" : "start";
  await state.save();
  try {
    for (let first = true; !signal.aborted; first = false) {
      try {
        await follow(parts, options, state, opened, first ? begins : "start");
        let more = false;
        try {
          for (const one of opened.values()) more = (await readOn(parts, options, state, one, signal)) || more;
        } finally {
          // Handed over again only after a crash in between: after a long rest nobody would know it for a retry.
          if (more) await state.save();
        }
        if (more) continue;
      } catch (error) {
        if (signal.aborted) return;
        log.error("log files could not be read on; they are looked at again", { source: options.source, error });
      }
      await clock.sleep(lookEvery, signal).catch(() => undefined);
    }
  } finally {
    await Promise.all([...opened.values()].map(({ file }) => file.close()));
  }
}

/** Opens what is new, finds what was renamed, lets go of what is gone. */
async function follow(
  { clock, log }: TailParts,
  { source, paths, format }: TailOptions,
  state: TailState,
  opened: Map<string, Open>,
  begins: "start" | "end",
): Promise<void> {
  const named = new Map<string, string>();
  for await (const path of glob([...paths])) {
    const found = await stat(path).catch(() => undefined);
    if (found?.isFile() && named.size < mostFiles) named.set(placeKey(found), path);
  }
  await findRenamed(state, opened, named);
  for (const [key, path] of named) {
    const known = opened.get(key);
    if (known) {
      known.goneAt = undefined;
      continue;
    }
    const file = await open(path, "r").catch((error: unknown) => {
      log.warn("a log file can't be opened", { source, path, error });
      return undefined;
    });
    if (!file) continue;
    const place = await placeOf(file, path, state.places.get(key), begins);
    if (!place) {
      await file.close();
      continue;
    }
    state.places.set(key, place);
    await state.save();
    const form = await formOf(file, format);
    if (!form)
      log.warn("a log file is packed, or of a format that can't be read as it grows; it is left alone", {
        source,
        path,
      });
    opened.set(key, { file, place, form, goneAt: undefined });
  }
  for (const [key, one] of opened) {
    if (named.has(key)) continue;
    one.goneAt ??= clock.now();
    if (clock.now() - one.goneAt < lingers || (await one.file.stat()).size > one.place.offset) continue;
    opened.delete(key);
    state.places.delete(key);
    await one.file.close();
    await state.save();
  }
}

/** After a restart: files that were read before and have names now that no glob gives, beside where they were. */
async function findRenamed(state: TailState, opened: Map<string, Open>, named: Map<string, string>): Promise<void> {
  const missing = [...state.places].filter(([key]) => !named.has(key) && !opened.has(key));
  for (const folder of new Set(missing.map(([, { path }]) => dirname(path)))) {
    for (const name of await readdir(folder).catch(() => [])) {
      const path = join(folder, name);
      const found = await stat(path).catch(() => undefined);
      if (found?.isFile() && missing.some(([key]) => key === placeKey(found))) named.set(placeKey(found), path);
    }
  }
  for (const [key] of missing) if (!named.has(key)) state.places.delete(key);
}

/** Where to go on: at the place that is known of this very file, else where new files are begun. Undefined while it is empty. */
async function placeOf(
  file: FileHandle,
  path: string,
  known: FilePlace | undefined,
  begins: "start" | "end",
): Promise<FilePlace | undefined> {
  const { dev, ino, size } = await file.stat();
  if (size === 0) return undefined;
  if (known && (await isSame(file, size, known))) return { ...known, path };
  const offset = begins === "end" ? await lineStart(file, size) : 0;
  return { dev, ino, path, ...(await printOf(file, size)), turn: (known?.turn ?? -1) + 1, offset, end: offset };
}

async function isSame(file: FileHandle, size: number, { offset, print, printBytes }: FilePlace): Promise<boolean> {
  return size >= offset && size >= printBytes && (await printOf(file, printBytes)).print === print;
}

/** Behind the last line end. */
async function lineStart(file: FileHandle, size: number): Promise<number> {
  const from = Math.max(0, size - lineBytes);
  return from + (await readAt(file, from, size - from)).lastIndexOf(10) + 1;
}

/** Hands over the next piece of a file; false when there is none yet. */
async function readOn(
  { desk, log }: TailParts,
  { source, format }: TailOptions,
  state: TailState,
  one: Open,
  signal: AbortSignal,
): Promise<boolean> {
  const { file } = one;
  const { size } = await file.stat();
  if (!(await isSame(file, size, one.place))) {
    // Cut, or written anew: what stood between the last look and that is gone with it.
    if (size < one.place.offset) log.info("a log file was cut and begins anew", { source, path: one.place.path });
    const anew = await placeOf(file, one.place.path, one.place, "start");
    if (!anew) return false;
    one.place = anew;
    one.form = await formOf(file, format);
  }
  const { form, place } = one;
  if (!form || size <= place.offset) return false;
  const end = place.end > place.offset ? place.end : await pieceEnd(file, place.offset, size, one.goneAt !== undefined);
  if (end === place.offset) return false;
  one.place = { ...place, ...(await printOf(file, size)), end };
  state.places.set(placeKey(place), one.place);
  await state.save();
  const header = place.offset < form.header.length ? new Uint8Array() : form.header;
  const make = async () => {
    const body = await readAt(file, place.offset, end - place.offset);
    const bytes = new Uint8Array(header.length + body.length);
    bytes.set(header);
    bytes.set(body, header.length);
    return {
      bytes,
      format: form.format,
      key: `file/${placeKey(place)}.${place.turn}/${place.offset}`,
      facts: { path: place.path },
    };
  };
  await desk.handPatiently(source, make, { signal });
  one.place = { ...one.place, offset: end, end };
  state.places.set(placeKey(place), one.place);
  return true;
}

/** Where the last whole line ends within a piece; a file that grows no more ends without a line end, too. */
async function pieceEnd(file: FileHandle, offset: number, size: number, isLast: boolean): Promise<number> {
  for (let length = pieceBytes; ; length *= 2) {
    const bytes = await readAt(file, offset, Math.min(length, size - offset));
    const stop = bytes.lastIndexOf(10) + 1;
    if (stop > 0) return offset + stop;
    if (bytes.length < length) return isLast ? offset + bytes.length : offset;
    // A line without end: its beginning is handed on, for the reader to reject.
    if (length > lineBytes) return offset + bytes.length;
  }
}
