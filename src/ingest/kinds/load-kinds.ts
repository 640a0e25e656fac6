import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import type { RulePipeline } from "#sigma";
import type { Recognise } from "../contract.ts";
import { shapesOf } from "./kinds-of-source.ts";
import { recogniser } from "./recogniser.ts";
import { sourceDefinition } from "./source-definition.ts";
import type { SourceDefinition } from "./source-definition.ts";

/**
 * The recogniser that `content/sources` describes. Kinds are made here, once: their number is bounded by the content
 * and equal records get the same object. Throws an Error naming the file when the content is wrong.
 */
export function loadKinds(folder: string): Recognise {
  const pipelines = new Map<string, RulePipeline>();
  const shapes = readSources(folder).flatMap((definition) => shapesOf(definition, pipelines));
  return recogniser(shapes);
}

/** The definitions in the order in which they are tried. */
export function readSources(folder: string): SourceDefinition[] {
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
