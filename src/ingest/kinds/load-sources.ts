import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { z } from "zod";
import { readThrough, type SourceFile } from "./source-cache.ts";
import { sourceDefinition, type SourceDefinition } from "./source-definition.ts";

/** Where Meridian's own definitions lie. */
export const ownSources = fileURLToPath(new URL("../../../content/sources", import.meta.url));

/** The definitions in a folder, in the order in which they are tried. `cache`: a folder for what was read of them. */
export function loadSources(folder: string, cache?: string): SourceDefinition[] {
  const names = readdirSync(folder)
    .filter((name) => name.endsWith(".yml"))
    .sort();
  const files = names.map((name) => ({ name: join(folder, name), text: readFileSync(join(folder, name), "utf8") }));
  return cache === undefined ? readSources(files) : readThrough(cache, files, readSources);
}

function readSources(files: readonly SourceFile[]): SourceDefinition[] {
  return files.map(readSource).sort((one, other) => one.rank - other.rank);
}

function readSource({ name, text }: SourceFile): SourceDefinition {
  const read = sourceDefinition.safeParse(parse(text));
  if (!read.success) throw new Error(`${name} is no source definition:\n${z.prettifyError(read.error)}`);
  return read.data;
}
