import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { groupsOf, runFiles } from "./test.ts";

let folder = "";
before(async () => void (folder = await mkdtemp(join(tmpdir(), "meridian-runner-"))));
after(() => rm(folder, { recursive: true, force: true }));

async function outcomes(text: string): Promise<string[]> {
  const file = join(folder, "made-up.test.mjs");
  await writeFile(file, `import { describe, test } from "node:test";\n${text}`);
  const verdicts = await runFiles([file], ["--test-isolation=none"], "keep");
  return verdicts.filter(({ outcome }) => outcome !== "ended").map(({ outcome }) => outcome);
}

test("tests are counted, suites and files are not", async () => {
  assert.deepEqual(
    await outcomes(
      `describe("s", () => { test("a", () => {}); test("b", { skip: "why" }, () => {}); test("c", () => { throw new Error("no"); }); });`,
    ),
    ["passed", "skipped", "failed"],
  );
});

for (const [what, text] of [
  ["is killed", `test("a", () => {}); test("b", () => process.kill(process.pid, "SIGKILL"));`],
  ["ends itself with success", `test("a", () => {}); test("b", () => process.exit(0));`],
  ["cannot load a file", `import "./nothing.mjs";`],
  [
    "has a hook that fails",
    `import { after } from "node:test"; test("a", () => {}); after(() => { throw new Error("no"); });`,
  ],
] as const)
  test(`a test process that ${what} is a failure`, async () => {
    assert.ok((await outcomes(text)).includes("failed"));
  });

test("every file is run once; isolated ones alone, of the others only the largest rooms by themselves", () => {
  const files = ["src/a/1", "src/a/2", "src/b/1", "src/c/1", "src/c/2", "src/c/3"].map((name) => `${name}.test.ts`);
  const isolated = ["src/a/x.isolated.test.ts", "src/y.isolated.test.ts"];
  const groups = groupsOf([...files, ...isolated], 2);
  assert.deepEqual(groups.flatMap((group) => group.files).toSorted(), [...files, ...isolated].toSorted());
  assert.deepEqual(
    groups.map((group) => group.files.length),
    [3, 2, 1, 1, 1],
  );
});
