import { posix } from "node:path";
import { type FloorPlan, isCode, isTest, roomOf } from "./floor-plan.ts";
import { type Import, importsOf } from "./source-text.ts";
import type { Complaint, Tree } from "./tree.ts";

/** No file climbs out of its room; other rooms are reached by their face, and only the ones that the plan allows. */
export function checkImports(tree: Tree, plan: FloorPlan): Complaint[] {
  const complaints: Complaint[] = [];
  for (const [file, text] of tree) {
    if (!file.startsWith("src/") || !isCode(file)) continue;
    for (const use of importsOf(text)) {
      const says = judge(file, use, plan, tree);
      if (says) complaints.push({ file: `${file}:${use.line}`, says });
    }
  }
  return complaints;
}

function judge(file: string, { specifier }: Import, plan: FloorPlan, tree: Tree): string | undefined {
  const room = roomOf(file);
  if (specifier.startsWith(".")) {
    const target = posix.join(posix.dirname(file), specifier);
    if (target === "package.json") return undefined;
    if (!specifier.endsWith(".ts") && !/\.\w+$/.test(specifier)) return `"${specifier}": imports end in .ts`;
    if (isTest(file) && target.startsWith("scripts/")) return undefined;
    if (room !== undefined && roomOf(target) !== room)
      return `"${specifier}" climbs out of ${room}; use the other room's face, #room`;
    if (room === undefined && roomOf(target) !== undefined)
      return `"${specifier}": outside of rooms, a room is reached as #room too`;
    return tree.has(target) ? undefined : `"${specifier}" is not there`;
  }
  if (!specifier.startsWith("#")) return undefined;
  if (specifier === "#house") {
    return room !== undefined && plan.doors.includes(room) ? undefined : "only a door (cli, agent) may use #house";
  }
  const [used = "", ...rest] = specifier.slice(1).split("/");
  if (rest.length > 0 && !isTest(file)) return `only tests may use ${specifier}`;
  if (!(used in plan.mayUse)) return `${specifier} is no room of the floor plan`;
  if (room === undefined || isTest(file)) return undefined;
  if (used === room) return `${room} uses its own face; import the file`;
  return plan.mayUse[room]?.includes(used)
    ? undefined
    : `${room} may not use ${specifier}; the floor plan is in src/house.test.ts`;
}
