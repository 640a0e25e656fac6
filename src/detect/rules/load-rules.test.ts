import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { loadRules } from "./load-rules.ts";

const rule = `title: Fenêtre – 窗口 😀
id: 11111111-1111-4111-8111-111111111111
level: high
logsource: { product: windows }
detection:
  selection:
    CommandLine|contains|windash: ' -😀 '
  condition: selection
`;
let folder = "";
before(() => {
  folder = mkdtempSync(join(tmpdir(), "meridian-load-rules-"));
  mkdirSync(join(folder, "rules"));
  writeFileSync(join(folder, "rules", "a.yml"), rule);
});
after(() => rmSync(folder, { recursive: true, force: true }));
const load = (cache: string) => loadRules([join(folder, "rules")], { cache: join(folder, cache) });
const cacheFile = (cache: string) => {
  const [name, ...others] = readdirSync(join(folder, cache)).filter((one) => one.endsWith(".json"));
  assert.deepEqual(others, []);
  return join(folder, cache, name!);
};

test("a rule set comes out of the cache as it went in, characters of all planes included", async () => {
  const first = await load("same");
  const second = await load("same");
  assert.deepEqual([first.fromCache, second.fromCache], [false, true]);
  assert.deepEqual(second.ruleSet, JSON.parse(JSON.stringify(first.ruleSet)));
  assert.equal(second.ruleSet.detections[0]!.title, "Fenêtre – 窗口 😀");
});

test("a cache that was cut or changed is not used", async () => {
  await load("damaged");
  const path = cacheFile("damaged");
  const whole = readFileSync(path);
  for (const damaged of [
    whole.subarray(0, whole.length / 2),
    Buffer.alloc(0),
    Buffer.from(whole).fill("x", 200, 201),
  ]) {
    writeFileSync(path, damaged);
    assert.equal((await load("damaged")).fromCache, false);
  }
});

test("a changed rule is read anew; a cache that can't be written costs nothing but time", async () => {
  await load("changed");
  writeFileSync(join(folder, "rules", "a.yml"), rule.replace("high", "low"));
  const { ruleSet, fromCache } = await load("changed");
  assert.deepEqual([ruleSet.detections[0]!.level, fromCache], ["low", false]);
  assert.equal((await loadRules([join(folder, "rules")], { cache: "/dev/null/cache" })).ruleSet.detections.length, 1);
});

test("only the last eight rule sets are kept", async () => {
  for (let i = 0; i < 12; i++) {
    writeFileSync(join(folder, "rules", "a.yml"), rule.replace("selection:", `selection:\n    Number: ${i}`));
    await load("many");
  }
  assert.equal(readdirSync(join(folder, "many")).length, 8);
});
