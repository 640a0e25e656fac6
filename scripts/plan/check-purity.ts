import { type FloorPlan, isCode, isTest, roomOf } from "./floor-plan.ts";
import { importsOf, lineAt, withoutText } from "./source-text.ts";
import type { Complaint, Tree } from "./tree.ts";

/** What reaches into the world without an import. */
const worldly =
  /\b(?:Date\.now\b|Math\.random\b|process\.\w|performance\.\w|crypto\.\w|console\.\w|set(?:Timeout|Interval|Immediate)\s*\(|fetch\s*\(|globalThis\b)|\bnew\s+Date\s*(?:\(\s*\)|(?![\w(\s]))/g;

/** Pure rooms, and every room's `core/`: no input or output, no clock, no randomness; time comes as an argument. */
export function checkPurity(tree: Tree, plan: FloorPlan): Complaint[] {
  const complaints: Complaint[] = [];
  for (const [file, text] of tree) {
    const room = roomOf(file);
    if (room === undefined || !isCode(file) || isTest(file)) continue;
    const packages = plan.pure[room] ?? (file.startsWith(`src/${room}/core/`) ? [] : undefined);
    if (!packages) continue;
    for (const { specifier, line } of importsOf(text)) {
      const says = judgeImport(specifier, packages, plan);
      if (says) complaints.push({ file: `${file}:${line}`, says });
    }
    for (const found of withoutText(text).matchAll(worldly))
      complaints.push({
        file: `${file}:${lineAt(text, found.index)}`,
        says: `${found[0]} is not pure; take the value as an argument`,
      });
  }
  return complaints;
}

function judgeImport(specifier: string, packages: readonly string[], plan: FloorPlan): string | undefined {
  if (specifier.startsWith(".") || packages.includes(specifier)) return undefined;
  if (specifier.startsWith("#")) {
    return specifier.slice(1) in plan.pure ? undefined : `pure code may use pure rooms alone, not ${specifier}`;
  }
  return `pure code may not import ${specifier}`;
}
