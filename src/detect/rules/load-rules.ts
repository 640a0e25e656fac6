import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readRules, type ReadOptions, type RuleSet } from "#sigma";
import { findRuleFiles, type FoundRules } from "./find-rule-files.ts";

export interface LoadedRules {
  readonly ruleSet: RuleSet;
  readonly problems: FoundRules["problems"];
  readonly fileCount: number;
  readonly fromCache: boolean;
}

export interface LoadOptions extends ReadOptions {
  /** A folder for read rule sets, so that a second start skips the YAML. Left out: nothing is kept. */
  readonly cache?: string;
}

/** Rule sets kept in the cache folder; older ones go. */
const setsKept = 8;

/** Reads rule folders into one rule set. Bad rules are in `ruleSet.setAside` and `findings`; bad paths in `problems`. */
export async function loadRules(paths: readonly string[], options: LoadOptions = {}): Promise<LoadedRules> {
  const { files, problems } = findRuleFiles(paths);
  const reading: ReadOptions = options.placeholders ? { placeholders: options.placeholders } : {};
  if (!options.cache) {
    return { ruleSet: readRules(files, reading), problems, fileCount: files.length, fromCache: false };
  }
  const digest = createHash("sha256").update(JSON.stringify([await readerDigest(), reading]));
  for (const { file, text } of files) digest.update(`\0${file}\0`).update(text);
  const path = join(options.cache, `rules-${digest.digest("hex")}.json`);
  const cached = await readCached(path);
  if (cached) return { ruleSet: cached, problems, fileCount: files.length, fromCache: true };
  const ruleSet = readRules(files, reading);
  await writeCached(options.cache, path, ruleSet);
  return { ruleSet, problems, fileCount: files.length, fromCache: false };
}

/** Stands for the code that reads rules: another version, or an edit in a checkout, must not meet old plans. */
async function readerDigest(): Promise<string> {
  const digest = createHash("sha256");
  const folder = join(import.meta.dirname, "..", "..", "sigma");
  for (const entry of (await readdir(folder, { recursive: true })).sort()) {
    if (entry.endsWith(".ts") && !entry.endsWith(".test.ts")) digest.update(await readFile(join(folder, entry)));
  }
  return digest.digest("hex");
}

/** A cache that can't be read or isn't whole is no cache; the caller reads the rules themselves. */
async function readCached(path: string): Promise<RuleSet | undefined> {
  try {
    const bytes = await readFile(path);
    const cut = bytes.indexOf("\n");
    const json = bytes.subarray(cut + 1);
    return bytes.toString("latin1", 0, cut) === checksum(json)
      ? (JSON.parse(json.toString("latin1")) as RuleSet)
      : undefined;
  } catch {
    return undefined;
  }
}

/** Written whole or not at all; a folder that can't be written to costs only the time of the next start. */
async function writeCached(folder: string, path: string, ruleSet: RuleSet): Promise<void> {
  const json = Buffer.from(ascii(JSON.stringify(ruleSet)), "latin1");
  const partial = `${path}.${process.pid}`;
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeFile(partial, Buffer.concat([Buffer.from(`${checksum(json)}\n`), json]), { mode: 0o600 });
    await rename(partial, path);
    await forgetOld(folder);
  } catch {
    await rm(partial, { force: true }).catch(() => undefined);
  }
}

async function forgetOld(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => /^rules-[0-9a-f]{64}\.json$/.test(name));
  const dated = await Promise.all(names.map(async (name) => ({ name, at: (await stat(join(folder, name))).mtimeMs })));
  dated.sort((a, b) => b.at - a.at);
  await Promise.all(dated.slice(setsKept).map(({ name }) => rm(join(folder, name), { force: true })));
}

/** The same JSON in ASCII: it is read back in half the memory and a third of the time. */
function ascii(json: string): string {
  return json.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

function checksum(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
