import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { type MappingFile, mappingFile } from "./mapping-definition.ts";

/** The files of a content folder's `ocsf/`, in order of their names. Throws an Error naming the file that is wrong. */
export function loadMappings(content: string): MappingFile[] {
  const folder = join(content, "ocsf");
  return readdirSync(folder)
    .filter((name) => name.endsWith(".yml"))
    .sort()
    .map((name) => {
      const file = join(folder, name);
      const read = mappingFile.safeParse(parse(readFileSync(file, "utf8"), { merge: true }));
      if (!read.success) throw new Error(`${file} is no OCSF mapping:\n${z.prettifyError(read.error)}`);
      return read.data;
    });
}
