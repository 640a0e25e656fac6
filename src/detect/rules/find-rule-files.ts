import { readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
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
 * is entered once, so a loop of symbolic links ends; a file that two paths reach is read once. Synchronous: thousands of
 * tiny files are read several times faster so, and nothing can be asked before the rules are there.
 */
export function findRuleFiles(paths: readonly string[]): FoundRules {
  const files: RuleFile[] = [];
  const problems: { path: string; message: string }[] = [];
  const seen = new Set<string>();

  function attempt(path: string, use: () => void): void {
    try {
      use();
    } catch (cause) {
      problems.push({ path, message: `${path} can't be read as rules: ${reason(cause)}` });
    }
  }

  /** `real` is the path without symbolic links, as far as it is known already. */
  function visit(path: string, real: string, named: boolean): void {
    const info = statSync(real);
    if (!info.isDirectory()) return read(path, real, info, named);
    if (seen.has(real)) return;
    seen.add(real);
    for (const entry of readdirSync(real, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const inside = join(path, entry.name);
      if (entry.isFile() && !isRule(entry.name)) continue;
      attempt(inside, () =>
        visit(inside, entry.isSymbolicLink() ? realpathSync(inside) : join(real, entry.name), false),
      );
    }
  }

  function read(path: string, real: string, info: { isFile(): boolean; size: number }, named: boolean): void {
    if (seen.has(real) || !(named || isRule(path))) return;
    seen.add(real);
    if (!info.isFile()) throw new Error("it is neither a file nor a folder");
    if (info.size > largestRuleFile) throw new Error(`it is larger than ${largestRuleFile / 1048576} MiB`);
    files.push({ file: path, text: readFileSync(real, "utf8") });
  }

  for (const path of paths) attempt(path, () => visit(path, realpathSync(path), true));
  return { files, problems };
}

function isRule(name: string): boolean {
  return /\.ya?ml$/i.test(name);
}

function reason(cause: unknown): string {
  const code = (cause as NodeJS.ErrnoException | undefined)?.code;
  if (code === "ENOENT") return "there is nothing at that path";
  if (code === "EACCES" || code === "EPERM") return "permission denied";
  if (code === "ELOOP") return "its symbolic links lead in a circle";
  return cause instanceof Error ? cause.message : String(cause);
}
