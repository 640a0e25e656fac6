import { hash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { SourceDefinition } from "./source-definition.ts";

export interface SourceFile {
  readonly name: string;
  readonly text: string;
}

/** Readings kept in the folder; older ones go. */
const readingsKept = 8;
/** Names of what is kept: nothing else in the folder is touched. */
const ours = /^sources-[0-9a-f]{64}\.json$/;

/**
 * What `read` makes of the files, kept in the folder under a digest of them and of the code that reads them: parsing YAML
 * costs a hundred times what reading the same as JSON does. A folder that can't be used costs only that time.
 */
export function readThrough(
  folder: string,
  files: readonly SourceFile[],
  read: (files: readonly SourceFile[]) => SourceDefinition[],
): SourceDefinition[] {
  const path = join(folder, `sources-${hash("sha256", JSON.stringify([readerText(), files]))}.json`);
  const kept = keptAt(path);
  if (kept) return kept;
  const definitions = read(files);
  keep(folder, path, definitions);
  return definitions;
}

/** Another version, or an edit in a checkout, must not meet old readings. */
function readerText(): readonly string[] {
  const names = ["source-definition.ts", "load-sources.ts", "source-cache.ts"];
  return names.map((name) => readFileSync(join(import.meta.dirname, name), "utf8"));
}

/** One that can't be read or isn't whole is none. */
function keptAt(path: string): SourceDefinition[] | undefined {
  try {
    const text = readFileSync(path, "utf8");
    const cut = text.indexOf("\n");
    const json = text.slice(cut + 1);
    return text.slice(0, cut) === hash("sha256", json) ? (JSON.parse(json) as SourceDefinition[]) : undefined;
  } catch {
    return undefined;
  }
}

/** Written whole or not at all, by however many at once. */
function keep(folder: string, path: string, definitions: readonly SourceDefinition[]): void {
  const json = JSON.stringify(definitions);
  const partial = `${path}.${process.pid}`;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(partial, `${hash("sha256", json)}\n${json}`, { mode: 0o600 });
    renameSync(partial, path);
    forgetOld(folder);
  } catch {
    forget(partial);
  }
}

function forget(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // The folder is none.
  }
}

function forgetOld(folder: string): void {
  const names = readdirSync(folder).filter((name) => ours.test(name));
  const dated = names.map((name) => ({ name, at: statSync(join(folder, name)).mtimeMs }));
  dated.sort((a, b) => b.at - a.at);
  for (const { name } of dated.slice(readingsKept)) rmSync(join(folder, name), { force: true });
}
