import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { readPipeline, type RulePipeline } from "#sigma";

/** The pipelines in a folder, by file name without its ending. */
export function loadPipelines(folder: string): ReadonlyMap<string, RulePipeline> {
  const files = readdirSync(folder).filter((name) => name.endsWith(".yml"));
  return new Map(files.map((name) => [basename(name, ".yml"), readOne(join(folder, name))]));
}

function readOne(file: string): RulePipeline {
  const { pipeline, findings } = readPipeline(readFileSync(file, "utf8"), file);
  if (pipeline) return pipeline;
  const wrong = findings.filter(({ severity }) => severity === "error");
  const lines = wrong.map(({ line, column, message, advice }) => `${file}:${line}:${column}: ${message} ${advice}`);
  throw new Error(lines.join("\n"));
}
