import { isUtf8 } from "node:buffer";
import { createReadStream } from "node:fs";
import { ExportCheck, type ExportVerdict, type Tampering } from "./core/check-export.ts";
import { type Checkpoint, readCheckpoint } from "./core/checkpoint.ts";
import { longestLine, readLine } from "./core/export-line.ts";
import { readNote } from "./core/note.ts";
import { checkSignature, readVerifierKey, type VerifierKey } from "./core/verifier-key.ts";
import { verifyEd25519 } from "./ed25519.ts";
import { sha256, sha256Tree } from "./sha256.ts";

export interface CheckFileOptions {
  readonly file: string;
  readonly keys: readonly VerifierKey[];
  readonly witnesses: readonly VerifierKey[];
  /** An older export or checkpoint, already checked by `readOlder`. */
  readonly older?: Older | undefined;
  readonly signal?: AbortSignal;
}

/** What an export is held against: a checkpoint from elsewhere, and the export that it came with, where it did. */
export interface Older {
  readonly checkpoint: Checkpoint;
  readonly export?: string;
}

/** Checks an export in one pass and constant memory; a second one where it has to be said how it differs from an older one. */
export async function checkExport(options: CheckFileOptions): Promise<ExportVerdict> {
  const verdict = await run(options);
  const { older, file, signal } = options;
  if (older?.export === undefined || !verdict.tamperings.some(({ code }) => code === "fork")) return verdict;
  const differs = await firstDifference(file, older.export, signal);
  return { ...verdict, tamperings: [...verdict.tamperings, ...(differs ? [differs] : [])] };
}

/**
 * Reads what an export is to be held against: an export, which is checked itself, or a checkpoint. Gives back what is
 * wrong with it where it proves nothing.
 */
export async function readOlder(
  file: string,
  { keys, signal }: Pick<CheckFileOptions, "keys" | "signal">,
): Promise<Older | { readonly tamperings: readonly Tampering[] }> {
  let first = "";
  for await (const lines of linesOf(file, signal)) {
    first = lines[0] ?? "";
    break;
  }
  if (!first.startsWith("{")) return readOlderCheckpoint(file, keys, signal);
  const { proven, tamperings } = await run({ file, keys, witnesses: [], ...(signal && { signal }) });
  return proven && tamperings.length === 0 ? { checkpoint: proven, export: file } : { tamperings };
}

async function readOlderCheckpoint(
  file: string,
  keys: readonly VerifierKey[],
  signal: AbortSignal | undefined,
): Promise<Older | { readonly tamperings: readonly Tampering[] }> {
  let text = "";
  for await (const lines of linesOf(file, signal)) {
    for (const line of lines) text += `${line}\n`;
    if (text.length > longestLine) break;
  }
  const note = readNote(text);
  const checkpoint = note && readCheckpoint(note.text);
  if (!note || !checkpoint)
    return { tamperings: [{ code: "not-an-export", says: `${file} is neither an export nor a checkpoint.` }] };
  const signed = keys.map((key) => checkSignature(note, key, verifyEd25519));
  if (signed.includes("bad") || (keys.length > 0 && !signed.includes("good")))
    return {
      tamperings: [{ code: "bad-signature", says: `The checkpoint in ${file} is not signed by the given key.` }],
    };
  return { checkpoint };
}

async function run({ file, keys, witnesses, older, signal }: CheckFileOptions): Promise<ExportVerdict> {
  const check = new ExportCheck({
    hash: sha256Tree,
    verify: verifyEd25519,
    keys,
    witnesses,
    readKey: (text) => readVerifierKey(sha256, text),
    older: older?.checkpoint,
  });
  for await (const lines of linesOf(file, signal)) for (const line of lines) check.line(line);
  return check.end();
}

/** Both files' entries side by side, until two are not the same. */
async function firstDifference(file: string, other: string, signal?: AbortSignal): Promise<Tampering | undefined> {
  const [mine, theirs] = [entriesOf(file, signal), entriesOf(other, signal)];
  try {
    for (let at = 0; ; at += 1) {
      const [one, two] = [await mine.next(), await theirs.next()];
      if (one.done || two.done) return undefined;
      if (one.value === two.value) continue;
      const says = `Entry ${at} is the first that is not the older export's.`;
      return { code: "fork", says, entry: at };
    }
  } finally {
    await Promise.all([mine.return(undefined), theirs.return(undefined)]);
  }
}

async function* entriesOf(file: string, signal?: AbortSignal): AsyncGenerator<string> {
  for await (const lines of linesOf(file, signal))
    for (const line of lines) {
      const read = readLine(line);
      if (read?.kind === "entry") yield read.leaf;
    }
}

/**
 * A file's lines, those of one chunk at a time, so that a line costs no turn of the event loop. What ends without a
 * newline is a line too. A line past every bound is cut there, which no check takes for anything.
 */
async function* linesOf(file: string, signal?: AbortSignal): AsyncGenerator<string[]> {
  let rest: Buffer = Buffer.alloc(0);
  const stream = createReadStream(file, { highWaterMark: 1024 * 1024, ...(signal && { signal }) });
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const lines: string[] = [];
    let at = 0;
    for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, at)) {
      lines.push(textOf(bytes.subarray(at, Math.min(end, at + longestBytes))));
      at = end + 1;
    }
    rest = bytes.subarray(at, at + longestBytes);
    if (lines.length > 0) yield lines;
  }
  if (rest.length > 0) yield [textOf(rest)];
}

/** What is no UTF-8 becomes another text, rather than one that some UTF-8 could have been. */
function textOf(bytes: Buffer): string {
  return bytes.toString(isUtf8(bytes) ? "utf8" : "latin1");
}

const longestBytes = 4 * longestLine;
