import { posix } from "node:path";
import { type FloorPlan, roomOf } from "./floor-plan.ts";
import type { Complaint, Tree } from "./tree.ts";

/** Every room has a README and a face, is on the plan and in package.json's `imports`; the plan has no cycle. */
export function checkRooms(tree: Tree, plan: FloorPlan): Complaint[] {
  const complaints: Complaint[] = [];
  const rooms = new Set([...tree.keys()].map(roomOf).filter((room) => room !== undefined));
  const imports = facesOf(tree);
  for (const room of rooms) {
    const complain = (says: string) => complaints.push({ file: `src/${room}`, says });
    const isDoor = plan.doors.includes(room);
    if (!(room in plan.mayUse)) complain("is not on the floor plan; give it a line in src/house.test.ts");
    if (!tree.has(`src/${room}/README.md`)) complain("has no README.md: purpose, words, what must always be true");
    if (!isDoor && !tree.has(`src/${room}/index.ts`)) complain("has no index.ts, its face");
    if (!isDoor && imports[`#${room}`] !== `./src/${room}/index.ts`)
      complain(`is not in package.json's imports as #${room}`);
  }
  for (const cycle of cyclesOf(plan.mayUse))
    complaints.push({ file: "src/house.test.ts", says: `rooms use each other in a ring: ${cycle.join(" → ")}` });
  return complaints;
}

function facesOf(tree: Tree): Record<string, string> {
  const read = JSON.parse(tree.get("package.json") ?? "{}") as { imports?: Record<string, string> };
  return read.imports ?? {};
}

function cyclesOf(mayUse: FloorPlan["mayUse"]): string[][] {
  const done = new Set<string>();
  const cycles: string[][] = [];
  const visit = (room: string, path: readonly string[]): void => {
    const at = path.indexOf(room);
    if (at >= 0) cycles.push([...path.slice(at), room]);
    if (at >= 0 || done.has(room)) return;
    for (const used of mayUse[room] ?? []) visit(used, [...path, room]);
    done.add(room);
  };
  for (const room of Object.keys(mayUse)) visit(room, []);
  return cycles;
}

const bannedNames = new Set([
  "utils",
  "util",
  "helpers",
  "helper",
  "common",
  "shared",
  "manager",
  "misc",
  "lib",
  "types",
]);
const mostLines = 400;

/** Names say what is inside; long files say why in their first line; nothing names one particular machine. */
export function checkFiles(tree: Tree): Complaint[] {
  const complaints: Complaint[] = [];
  for (const [file, text] of tree) {
    for (const part of file.split("/").map((name) => posix.basename(name, posix.extname(name)).replace(/\.test$/, "")))
      if (bannedNames.has(part)) complaints.push({ file, says: `"${part}" says nothing about what is inside` });
    const ours = /^(?:src|scripts|bench|web)\/.*\.(?:tsx?|css)$/.test(file);
    const lines = text.split("\n").length - 1;
    if (ours && lines > mostLines && !/^(?:\/\*\*?|\/\/).*\w+ \w+/.test(text))
      complaints.push({
        file,
        says: `has ${lines} lines; split it, or say in the first line why it is longer than ${mostLines}`,
      });
    // Rules, samples and their tests speak of paths on the machines that they watch.
    const place = (/^(?:content|src|bench)\//.test(file) ? buildPath : machinePath).exec(text);
    if (place)
      complaints.push({
        file: `${file}:${text.slice(0, place.index).split("\n").length}`,
        says: `names a path of one machine: ${place[0].trim()}`,
      });
  }
  return complaints;
}

/** Put together so that this file does not hold what it looks for. */
const buildPath = pathUnder(["work", "farm"]);
const machinePath = pathUnder(["work", "farm", "root", "home/\\w+", "Users/\\w+"]);

function pathUnder(folders: readonly string[]): RegExp {
  return new RegExp(`(?<![\\w.\\\\/-])/(?:${folders.join("|")})/[\\w.-]+`);
}
