import { join } from "node:path";
import type { Recognise } from "../contract.ts";
import { shapesOf } from "./kinds-of-source.ts";
import { loadPipelines } from "./load-pipelines.ts";
import { loadSources, ownSources } from "./load-sources.ts";
import { recogniser } from "./recogniser.ts";
import type { RecognisableShape } from "./shape-test.ts";

/**
 * The recogniser that a folder of source definitions (`content/sources`) and the folder `pipelines` beside it describe.
 * Kinds are made here, once: their number is bounded by the content, and equal records get the same object. Reads the
 * files at once (some 100 ms) and throws an Error naming the file when the content is wrong. `cache`: a folder where what
 * was read of the definitions is kept, so that the next to ask skips most of that.
 */
export function loadKinds(sources: string = ownSources, { cache }: { readonly cache?: string } = {}): Recognise {
  return recogniser(loadShapes(sources, cache));
}

/** The shapes that the definitions describe, in the order in which they are asked. */
export function loadShapes(sources: string = ownSources, cache?: string): readonly RecognisableShape[] {
  const pipelines = loadPipelines(join(sources, "..", "pipelines"));
  return loadSources(sources, cache).flatMap((source) => shapesOf(source, pipelines));
}
