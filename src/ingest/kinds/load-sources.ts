import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { z } from "zod";
import { sourceDefinition, type SourceDefinition } from "./source-definition.ts";

/** Where Meridian's own definitions lie. */
export const ownSources = fileURLToPath(new URL("../../../content/sources", import.meta.url));

/** The definitions in a folder, in the order in which they are tried. */
export function loadSources(folder: string): SourceDefinition[] {
  const files = readdirSync(folder)
    .filter((name) => name.endsWith(".yml"))
    .sort();
  const definitions = files.map((name) => readSource(join(folder, name)));
  return definitions.sort((one, other) => one.rank - other.rank);
}

function readSource(file: string): SourceDefinition {
  const read = sourceDefinition.safeParse(parse(readFileSync(file, "utf8")));
  if (!read.success) throw new Error(`${file} is no source definition:\n${z.prettifyError(read.error)}`);
  return read.data;
}
