import { fileURLToPath } from "node:url";
import type { Recognise } from "../contract.ts";
import { shapesOf } from "./kinds-of-source.ts";
import { loadPipelines } from "./load-pipelines.ts";
import { loadSources } from "./load-sources.ts";
import { recogniser } from "./recogniser.ts";

/** Where Meridian's own content lies. */
const ownContent = fileURLToPath(new URL("../../../content", import.meta.url));

/**
 * The recogniser that a content folder's `sources/` and `pipelines/` describe; Meridian's own when none is given. Kinds
 * are made here, once: their number is bounded by the content and equal records get the same object. Reads the files at
 * once (some 50 ms) and throws an Error naming the file when the content is wrong.
 */
export function loadKinds(content: string = ownContent): Recognise {
  const pipelines = loadPipelines(content);
  return recogniser(loadSources(content).flatMap((source) => shapesOf(source, pipelines)));
}
