import assert from "node:assert/strict";
import { test } from "node:test";
import { checkDependencies } from "./check-dependencies.ts";
import { checkImports } from "./check-imports.ts";
import { checkPurity } from "./check-purity.ts";
import { checkFiles, checkRooms } from "./check-rooms.ts";
import { checkTables } from "./check-tables.ts";
import type { FloorPlan } from "./floor-plan.ts";
import { importsOf } from "./source-text.ts";
import type { Complaint } from "./tree.ts";

const plan: FloorPlan = {
  mayUse: { low: [], high: ["low"], door: ["high"] },
  pure: { low: ["yaml"] },
  doors: ["door"],
};

const good: Record<string, string> = {
  "package.json": JSON.stringify({
    imports: { "#low": "./src/low/index.ts", "#high": "./src/high/index.ts" },
    dependencies: { yaml: "1.0.0", kysely: "1.2.3" },
    devDependencies: { "fast-check": "4.0.0" },
  }),
  "docs/dependencies.md": "| `yaml` | reads rules |\n| `kysely` | writes SQL |\n",
  "src/low/README.md": "# low",
  "src/low/index.ts": 'export { two } from "./two.ts";\n',
  "src/low/two.ts": 'import { parse } from "yaml";\nexport const two = (at: Date) => parse(String(new Date(at)));\n',
  "src/high/README.md": "# high",
  "src/high/index.ts": 'import type { two } from "#low";\nexport const three = 3;\n',
  "src/high/store.ts":
    "export const make = `create table high_things (id text)`;\nexport const all = `select * from high_things`;\n",
  "src/high/store.test.ts":
    'import { test } from "node:test";\nimport fc from "fast-check";\nimport { three } from "#door";\nimport { fake } from "#low/testing";\n',
  "src/door/README.md": "# door",
  "src/door/main.ts": 'const house = await import("#house");\n',
};

const checks = [checkImports, checkPurity, checkRooms, checkTables, checkFiles, checkDependencies];

function complaintsOf(changes: Record<string, string | undefined>): string[] {
  const entries = Object.entries({ ...good, ...changes }).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  const tree = new Map(entries);
  return checks.flatMap((check): Complaint[] => check(tree, plan)).map(({ file, says }) => `${file}: ${says}`);
}

test("a house that keeps its promises has no complaint", () => {
  assert.deepEqual(complaintsOf({}), []);
});

/** What is done to the good house, and a part of what the check must then say. */
const breaches: [string, Record<string, string | undefined>, RegExp][] = [
  [
    "a file that climbs out of its room",
    { "src/high/climb.ts": 'import { two } from "../low/two.ts";\n' },
    /climb\.ts:1: .*climbs out of high/,
  ],
  [
    "a climb hidden in a dynamic import",
    { "src/high/climb.ts": '\nawait import("../low/two.ts");\n' },
    /climb\.ts:2: .*climbs/,
  ],
  ["a climb hidden in a re-export", { "src/high/climb.ts": 'export * from "../low/two.ts";\n' }, /climbs out of high/],
  [
    "a climb over many lines",
    { "src/high/climb.ts": 'import {\n  two,\n} from "../low/two.ts";\n' },
    /climb\.ts:3: .*climbs/,
  ],
  [
    "a room's support for tests used outside of tests",
    { "src/high/real.ts": 'import { fake } from "#low/testing";\n' },
    /only tests may use #low\/testing/,
  ],
  ["a room above used from below", { "src/low/up.ts": 'import { three } from "#high";\n' }, /low may not use #high/],
  ["a room that nobody planned", { "src/high/x.ts": 'import "#cellar";\n' }, /#cellar is no room/],
  ["the house used by a room", { "src/high/x.ts": 'import "#house";\n' }, /only a door/],
  [
    "an import of a file that is not there",
    { "src/high/x.ts": 'import "./gone.ts";\n' },
    /"\.\/gone\.ts" is not there/,
  ],
  [
    "a file read in a pure room",
    { "src/low/x.ts": 'import { readFile } from "node:fs/promises";\n' },
    /pure code may not import node:fs/,
  ],
  [
    "a clock in a pure room",
    { "src/low/x.ts": "export const at = () => Date.now();\n" },
    /x\.ts:1: Date\.now is not pure/,
  ],
  ["a clock without brackets in a pure room", { "src/low/x.ts": "export const at = new Date;\n" }, /new Date/],
  [
    "randomness in a core",
    { "src/high/core/x.ts": "\nexport const r = Math.random();\n" },
    /core\/x\.ts:2: Math\.random is not pure/,
  ],
  ["a package in a core", { "src/high/core/x.ts": 'import "kysely";\n' }, /pure code may not import kysely/],
  ["an impure room in a core", { "src/high/core/x.ts": 'import "#door";\n' }, /pure rooms alone/],
  ["a room without README", { "src/low/README.md": undefined }, /src\/low: has no README/],
  ["a room without face", { "src/high/index.ts": undefined }, /src\/high: has no index\.ts/],
  [
    "a room off the plan",
    { "src/shed/README.md": "#", "src/shed/index.ts": "" },
    /src\/shed: is not on the floor plan/,
  ],
  [
    "another room's table in SQL",
    { "src/low/x.ts": 'export const q = "select id from high_things where 1";\n' },
    /names high's table high_things/,
  ],
  [
    "another room's table in the query builder",
    { "src/door/x.ts": 'db.selectFrom("high_things as t");\n' },
    /names high's table/,
  ],
  [
    "a table that two rooms make",
    { "src/low/x.sql": "create table if not exists high_things (id text);" },
    /which (low|high) makes too/,
  ],
  ["a swamp by name", { "src/high/utils.ts": "" }, /"utils" says nothing/],
  ["a swamp by folder", { "src/high/common/x.ts": "" }, /"common" says nothing/],
  ["a long file without reason", { "src/high/long.ts": "const a = 1;\n".repeat(401) }, /has 401 lines/],
  ["a machine's path", { "docs/x.md": `see ${["", "root", "x"].join("/")}` }, /x\.md:1: names a path of one machine/],
  [
    "a build machine's path in code",
    { "src/high/x.ts": `// ${["", "work", "x"].join("/")}\n` },
    /x\.ts:1: names a path of one machine/,
  ],
  ["a dependency without reason", { "docs/dependencies.md": "| `yaml` | reads rules |" }, /gives no reason for kysely/],
  [
    "a reason for what is gone",
    { "docs/dependencies.md": `${good["docs/dependencies.md"]}| \`left-pad\` | pads |` },
    /lists left-pad/,
  ],
  [
    "a package that is not installed",
    { "src/high/x.ts": 'import "lodash/fp";\n' },
    /imports lodash, which is no dependency/,
  ],
  ["a test's package in the product", { "src/high/x.ts": 'import fc from "fast-check";\n' }, /imports fast-check/],
  [
    "a version that floats",
    { "package.json": (good["package.json"] ?? "").replace("1.2.3", "^1.2.3") },
    /kysely is not pinned/,
  ],
];

for (const [what, changes, says] of breaches)
  test(`the plan sees ${what}`, () => {
    const complaints = complaintsOf(changes);
    assert.ok(
      complaints.some((complaint) => says.test(complaint)),
      complaints.join("\n") || "no complaint",
    );
  });

test("the plan sees rooms that use each other in a ring", () => {
  const ring: FloorPlan = { mayUse: { low: ["high"], high: ["door"], door: ["low"] }, pure: {}, doors: ["door"] };
  assert.match(
    checkRooms(new Map(Object.entries(good)), ring)
      .map(({ says }) => says)
      .join("\n"),
    /low → high → door → low/,
  );
});

test("what is in comments, strings and regular expressions is no import and no clock", () => {
  const text =
    '// import "../low/two.ts"\n/* Date.now() */ const a = "Date.now()"; const b = /\\/\\/ "/; // x\nconst c = \'import "fs"\';\n';
  assert.deepEqual(
    importsOf(text).filter(({ specifier }) => specifier !== "fs"),
    [],
  );
  assert.deepEqual(complaintsOf({ "src/low/x.ts": text }), []);
});

test("a long file that says why in its first line is let be", () => {
  assert.deepEqual(
    complaintsOf({ "src/high/long.ts": `// One table of one standard.\n${"const a = 1;\n".repeat(401)}` }),
    [],
  );
});
