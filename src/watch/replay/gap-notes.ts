import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";

/** What a process leaves for the next one of its folder, so that gaps between them show. Times are milliseconds since 1970. */
const notesSchema = z.object({
  version: z.literal(1),
  /** What came before had been asked and told of. */
  askedUpTo: z.number(),
  /** Rule → when it was last known to be in force. */
  inForce: z.record(z.string(), z.number()),
});
export type GapNotes = Omit<z.output<typeof notesSchema>, "version">;

const name = "gap-notes.json";

/** Undefined where there are none, or none that can be read: then nothing is known to be missing. */
export async function readGapNotes(folder: string): Promise<GapNotes | undefined> {
  const text = await readFile(join(folder, name), "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    const read = notesSchema.safeParse(JSON.parse(text));
    return read.success ? read.data : undefined;
  } catch {
    return undefined;
  }
}

/** Whole or not at all; one that does not reach the disk only makes the next look longer. */
export async function writeGapNotes(folder: string, notes: GapNotes): Promise<void> {
  const path = join(folder, name);
  await writeFile(`${path}.new`, JSON.stringify({ version: 1, ...notes }), { mode: 0o600 });
  await rename(`${path}.new`, path);
}
