import { isTest } from "./floor-plan.ts";
import { importsOf } from "./source-text.ts";
import type { Complaint, Tree } from "./tree.ts";

interface Manifest {
  readonly dependencies?: Record<string, string>;
  readonly optionalDependencies?: Record<string, string>;
  readonly devDependencies?: Record<string, string>;
}

const listed = "docs/dependencies.md";

/** The list with one reason per package equals what package.json installs to run, and code imports nothing else. */
export function checkDependencies(tree: Tree): Complaint[] {
  const manifest = JSON.parse(tree.get("package.json") ?? "{}") as Manifest;
  const running = { ...manifest.dependencies, ...manifest.optionalDependencies };
  const reasons = new Map<string, string>();
  for (const [, name = "", reason = ""] of (tree.get(listed) ?? "").matchAll(/^\| `([^`]+)` \|([^|]*)\|/gm))
    reasons.set(name, reason.trim());
  const complaints: Complaint[] = [];
  for (const [name, version] of Object.entries({ ...running, ...manifest.devDependencies }))
    if (!/^\d+\.\d+\.\d+/.test(version))
      complaints.push({ file: "package.json", says: `${name} is not pinned: ${version}` });
  for (const name of Object.keys(running))
    if (!reasons.get(name)) complaints.push({ file: listed, says: `gives no reason for ${name}` });
  for (const name of reasons.keys())
    if (!(name in running)) complaints.push({ file: listed, says: `lists ${name}, which package.json does not` });
  for (const [file, text] of tree) {
    if (!file.startsWith("src/") || !/\.tsx?$/.test(file)) continue;
    for (const { specifier, line } of importsOf(text)) {
      if (/^(?:[.#]|node:)/.test(specifier)) continue;
      const name = specifier
        .split("/")
        .slice(0, specifier.startsWith("@") ? 2 : 1)
        .join("/");
      if (!(name in running) && !(isTest(file) && name in (manifest.devDependencies ?? {})))
        complaints.push({ file: `${file}:${line}`, says: `imports ${name}, which is no dependency` });
    }
  }
  return complaints;
}
