import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { root } from "../run-program.ts";
import { packSigma } from "./pack-sigma.ts";

const run = promisify(execFile);
let user: string;
let packed: string;
let dependencies: string[];

before(async () => {
  user = await mkdtemp(join(tmpdir(), "meridian-sigma-"));
  packed = join(user, "node_modules/meridian-sigma");
  await mkdir(packed, { recursive: true });
  await packSigma(packed);
  const manifest = JSON.parse(await readFile(join(packed, "package.json"), "utf8")) as { dependencies: object };
  dependencies = Object.keys(manifest.dependencies);
  for (const name of dependencies) await symlink(join(root, "node_modules", name), join(user, "node_modules", name));
});
after(() => rm(user, { recursive: true, force: true }));

/** The README's example, run by another program. Its own dependencies are all that it finds. */
async function runExample(node: string): Promise<string[]> {
  const [, example] = /^```js\n([^]*?)^```/m.exec(await readFile(join(packed, "README.md"), "utf8"))!;
  assert.ok(example!.split("\n").length <= 30, "an example is read before it is run");
  await writeFile(join(user, "example.mjs"), example!);
  return (await run(node, [join(user, "example.mjs")])).stdout.trim().split("\n");
}

async function holdsWhatTheReadmeSays(node: string): Promise<void> {
  const [explained, correlated, sql, ...more] = await runExample(node);
  assert.equal(explained, "Failed logon true");
  assert.equal(correlated, "Many failed logons of one user { User: 'ada' } 3");
  assert.match(sql!, /^kind IN \('unknown'\) AND \(.*EventID.*4625.*\)$/);
  assert.deepEqual(more, []);
}

test("the package's example does what its README says, on the Node that runs Meridian", () =>
  holdsWhatTheReadmeSays(process.execPath));

/** The `node` that is installed on this machine, where it is not ours. */
async function installedNode(): Promise<string | undefined> {
  const PATH = process.env["PATH"]?.split(":").filter((folder) => !folder.includes("node_modules"));
  const ask = "process.versions.node.split('.')[0] + ' ' + process.execPath";
  const asked = run("node", ["-p", ask], { env: { ...process.env, PATH: PATH?.join(":") } });
  const [major, path] = (await asked.catch(() => ({ stdout: "" }))).stdout.trim().split(" ");
  return Number(major) >= 20 ? path : undefined;
}

test("the package runs on the Node that a stranger has, from version 20", async (t) => {
  const node = await installedNode();
  if (node === undefined) t.skip("NO NODE 20 OR NEWER ON THE PATH: the package is tried on our own Node alone");
  else await holdsWhatTheReadmeSays(node);
});

test("the declarations stand by themselves, in a strict program without Node's types", async () => {
  const program = `
    import { compileMatcher, createCorrelator, type EventKind, readRules, type RuleSet, unknownKind } from "meridian-sigma";
    const set: RuleSet = readRules([{ file: "a.yml", text: "title: A" }]);
    const kind: EventKind = unknownKind;
    const ids: string[] = compileMatcher(set.detections).match({ kind, body: { a: 1 } }).map((rule) => rule.id);
    const time: number | undefined = createCorrelator<{ place: number }>(set).finish()[0]?.refs[0]?.place;
    // @ts-expect-error: a rule set is not a list of rules
    compileMatcher(set);
    export { ids, time };
  `;
  await writeFile(join(user, "program.mts"), program);
  const compiler = join(root, "node_modules/typescript/bin/tsc");
  const flags = ["--noEmit", "--strict", "--exactOptionalPropertyTypes", "--skipLibCheck", "false"];
  const module = ["--module", "nodenext", "--target", "es2023", "--lib", "es2023,dom", "--types", ""];
  await run(process.execPath, [compiler, ...flags, ...module, join(user, "program.mts")], { cwd: user }).catch(
    ({ stdout }: { stdout: string }) => assert.fail(stdout),
  );
});

test("the package holds what it is made of, in JavaScript, and names all that it needs", async () => {
  const used = new Set<string>();
  const unread = ["index.js"];
  const read = new Set(unread);
  for (let file = unread.pop(); file !== undefined; file = unread.pop()) {
    const text = await readFile(join(packed, "lib", file), "utf8");
    for (const [, specifier] of text.matchAll(/^(?:import|export)\b[^;]*?\bfrom "([^"]+)"/gm)) {
      const inside = join(dirname(file), specifier!);
      if (!specifier!.startsWith(".")) used.add(specifier!);
      else if (!read.has(inside)) unread.push((read.add(inside), inside));
    }
  }
  assert.ok(read.size > 50);
  assert.deepEqual([...used].sort(), dependencies.sort());
});
