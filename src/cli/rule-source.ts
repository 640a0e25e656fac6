import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse as parseYaml } from "yaml";
import { loadRules, type LoadedRules } from "#detect";
import { cacheFolder } from "./cache-folder.ts";
import { printable } from "./printable.ts";
import { refuse } from "./refuse.ts";

/** Rules that come with Meridian. */
const ownRules = join(import.meta.dirname, "..", "..", "content", "rules");

export interface RuleSource {
  readonly paths: readonly string[];
  /** A YAML file of placeholder values. */
  readonly placeholders?: string | undefined;
  readonly cache: boolean;
}

/** The paths asked for, or the rules that come with Meridian. */
export function rulePathsOr(paths: readonly string[] | undefined): readonly string[] {
  return paths && paths.length > 0 ? paths : [ownRules];
}

/** Loads the rules that a verb was pointed at, through the cache unless that is unwanted. */
export async function loadSource(
  { paths, placeholders, cache }: RuleSource,
  say: (line: string) => void = console.error,
): Promise<LoadedRules> {
  const values = placeholders === undefined ? undefined : await readPlaceholders(placeholders);
  const loaded = await loadRules(paths, {
    ...(values && { placeholders: values }),
    ...(cache && { cache: cacheFolder() }),
  });
  for (const { message } of loaded.problems) say(`meridian: ${printable(message)}`);
  return loaded;
}

async function readPlaceholders(path: string): Promise<Record<string, string[]>> {
  try {
    const read: unknown = parseYaml(await readFile(path, "utf8"), { maxAliasCount: 0 });
    if (typeof read !== "object" || read === null || Array.isArray(read)) throw new Error("it is not a YAML mapping");
    return Object.fromEntries(Object.entries(read).map(([name, value]) => [name, [value].flat().map(String)]));
  } catch (cause) {
    throw refuse("bad-placeholders", { path, why: cause instanceof Error ? cause.message : String(cause) }, cause);
  }
}
