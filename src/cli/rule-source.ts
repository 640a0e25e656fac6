import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse as parseYaml } from "yaml";
import { applyPipelines, loadRules, type LoadedRules } from "#detect";
import { readPipeline, type ReadPipeline } from "#sigma";
import { cacheFolder } from "./cache-folder.ts";
import { printable } from "./printable.ts";
import { refuse } from "./refuse.ts";

/** Rules that come with Meridian. */
const ownRules = join(import.meta.dirname, "..", "..", "content", "rules");

export interface RuleSource {
  readonly paths: readonly string[];
  /** A YAML file of placeholder values. */
  readonly placeholders?: string | undefined;
  /** Files of processing pipelines that rules are rewritten by. */
  readonly pipelines?: readonly string[] | undefined;
  readonly cache: boolean;
}

/** The paths asked for, or the rules that come with Meridian. */
export function rulePathsOr(paths: readonly string[] | undefined): readonly string[] {
  return paths && paths.length > 0 ? paths : [ownRules];
}

/** Loads the rules that a verb was pointed at, through the cache unless that is unwanted. */
export async function loadSource(
  { paths, placeholders, pipelines = [], cache }: RuleSource,
  say: (line: string) => void = console.error,
): Promise<LoadedRules> {
  const read = await readPipelines(pipelines);
  const values = {
    ...read.placeholders,
    ...(placeholders === undefined ? {} : await readPlaceholders(placeholders)),
  };
  const loaded = await loadRules(paths, {
    ...(Object.keys(values).length > 0 && { placeholders: values }),
    ...(cache && { cache: cacheFolder() }),
  });
  for (const { message } of loaded.problems) say(`meridian: ${printable(message)}`);
  return { ...loaded, ruleSet: applyPipelines(loaded.ruleSet, read.pipelines) };
}

/** Pipelines in the order of their priority, files of the same one in the order in which they were named. */
async function readPipelines(paths: readonly string[]) {
  const found: ReadPipeline[] = [];
  for (const path of paths) {
    const read = readPipeline(await textOf(path), path);
    const wrong = read.findings.filter(({ severity }) => severity === "error");
    if (!read.pipeline || wrong.length > 0) {
      const lines = wrong.map(({ line, column, message, advice }) => `${path}:${line}:${column}  ${message} ${advice}`);
      throw refuse("bad-pipeline", { path, why: lines.join("\n") });
    }
    found.push(read);
  }
  found.sort((a, b) => a.priority - b.priority);
  return {
    pipelines: found.flatMap(({ pipeline }) => pipeline ?? []),
    placeholders: Object.assign({}, ...found.map(({ placeholders }) => placeholders)) as ReadPipeline["placeholders"],
  };
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    throw refuse("bad-pipeline", { path, why: cause instanceof Error ? cause.message : String(cause) }, cause);
  }
}

/** Values for placeholders, from a YAML mapping of name to one value or a list. */
export async function readPlaceholders(path: string): Promise<Record<string, string[]>> {
  try {
    const read: unknown = parseYaml(await readFile(path, "utf8"), { maxAliasCount: 0 });
    if (typeof read !== "object" || read === null || Array.isArray(read)) throw new Error("it is not a YAML mapping");
    return Object.fromEntries(Object.entries(read).map(([name, value]) => [name, [value].flat().map(String)]));
  } catch (cause) {
    throw refuse("bad-placeholders", { path, why: cause instanceof Error ? cause.message : String(cause) }, cause);
  }
}
