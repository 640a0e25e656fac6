import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Recognise } from "../contract.ts";
import { shapesOf } from "./kinds-of-source.ts";
import { loadPipelines } from "./load-pipelines.ts";
import { loadSources } from "./load-sources.ts";
import { recogniser } from "./recogniser.ts";

/** Where Meridian's own definitions lie. */
const ownSources = fileURLToPath(new URL("../../../content/sources", import.meta.url));

/**
 * The recogniser that a folder of source definitions (`content/sources`) and the folder `pipelines` beside it describe.
 * Kinds are made here, once: their number is bounded by the content, and equal records get the same object. Reads the
 * files at once (some 100 ms) and throws an Error naming the file when the content is wrong.
 */
export function loadKinds(sources: string = ownSources): Recognise {
  const pipelines = loadPipelines(join(sources, "..", "pipelines"));
  return recogniser(loadSources(sources).flatMap((source) => shapesOf(source, pipelines)));
}
