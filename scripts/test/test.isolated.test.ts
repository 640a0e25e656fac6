import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { runFiles } from "./test.ts";

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
