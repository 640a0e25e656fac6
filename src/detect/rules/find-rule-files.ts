import { readdir, readFile, realpath, stat } from "node:fs/promises";
import { join } from "node:path";
import type { RuleFile } from "#sigma";

/** A rule file larger than this is nobody's rule; reading it would only cost memory. */
const largestRuleFile = 4 * 1024 * 1024;

export interface FoundRules {
  readonly files: readonly RuleFile[];
  /** Paths that could not be used, each with the reason. */
  readonly problems: readonly { readonly path: string; readonly message: string }[];
}

/**
 * Reads every `.yml` and `.yaml` file below the given folders (or the given files), in a stable order. Each real folder
 * is entered once, so a loop of symbolic links ends; a file that two paths reach is read once.
 */
export async function findRuleFiles(paths: readonly string[]): Promise<FoundRules> {
  const files: RuleFile[] = [];
  const problems: { path: string; message: string }[] = [];
  const seen = new Set<string>();

  async function visit(path: string, named: boolean): Promise<void> {
    try {
      const real = await realpath(path);
      if (seen.has(real)) return;
      seen.add(real);
      const info = await stat(real);
      if (info.isDirectory()) {
        for (const name of (await readdir(real)).sort()) await visit(join(path, name), false);
      } else if (named || /\.ya?ml$/i.test(path)) {
        if (!info.isFile()) throw new Error("it is neither a file nor a folder");
        if (info.size > largestRuleFile) throw new Error(`it is larger than ${largestRuleFile / 1048576} MiB`);
        files.push({ file: path, text: await readFile(real, "utf8") });
      }
    } catch (cause) {
      problems.push({ path, message: `${path} can't be read as rules: ${reason(cause)}` });
    }
  }

  for (const path of paths) await visit(path, true);
  return { files, problems };
}

function reason(cause: unknown): string {
  const code = (cause as NodeJS.ErrnoException | undefined)?.code;
  if (code === "ENOENT") return "there is nothing at that path";
  if (code === "EACCES" || code === "EPERM") return "permission denied";
  if (code === "ELOOP") return "its symbolic links lead in a circle";
  return cause instanceof Error ? cause.message : String(cause);
}
