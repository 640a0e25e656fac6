import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { loadKinds } from "./load-kinds.ts";
import { loadSources, ownSources } from "./load-sources.ts";
import { samples } from "./testing/samples.ts";

const folder = mkdtempSync(join(tmpdir(), "meridian-sources-"));
after(() => rmSync(folder, { recursive: true }));
const plain = (value: unknown) => JSON.parse(JSON.stringify(value)) as unknown;
const kept = (cache: string) => readdirSync(cache).filter((name) => name.startsWith("sources-"));

test("what was kept of the definitions is what reading them gives, and recognises every sample alike", () => {
  const cache = join(folder, "new", "cache");
  const read = loadSources(ownSources);
  for (let start = 0; start < 2; start++) {
    assert.deepEqual(plain(loadSources(ownSources, cache)), plain(read));
    assert.equal(kept(cache).length, 1);
  }
  const [fromFiles, fromCache] = [loadKinds(), loadKinds(ownSources, { cache })];
  for (const { body, format } of samples) assert.equal(fromCache(body, format).key, fromFiles(body, format).key);
});

test("a definition that was changed is read anew; what is broken, foreign or can't be written counts as nothing kept", () => {
  const cache = join(folder, "cache");
  const content = join(folder, "sources");
  cpSync(join(ownSources, "redfish.yml"), join(content, "redfish.yml"));
  const nameOf = () => loadSources(content, cache)[0]?.source;
  assert.equal(nameOf(), "redfish");
  const text = readFileSync(join(content, "redfish.yml"), "utf8");
  writeFileSync(join(content, "redfish.yml"), text.replace("source: redfish", "source: bluefish"));
  assert.equal(nameOf(), "bluefish");
  assert.equal(kept(cache).length, 2);
  for (const name of kept(cache)) {
    const path = join(cache, name);
    for (const broken of [
      "",
      "{}",
      readFileSync(path, "utf8").slice(0, -1),
      readFileSync(path, "utf8").replace("fish", "wish"),
    ]) {
      writeFileSync(path, broken);
      assert.equal(nameOf(), "bluefish");
    }
  }
  assert.equal(loadSources(content, join(content, "redfish.yml"))[0]?.source, "bluefish");
  writeFileSync(join(cache, "rules-of-others.json"), "");
  for (let change = 0; change < 20; change++) {
    writeFileSync(join(content, "redfish.yml"), `${text}# ${change}\n`);
    assert.equal(nameOf(), "redfish");
  }
  assert.ok(kept(cache).length <= 8);
  assert.ok(readdirSync(cache).includes("rules-of-others.json"));
});
