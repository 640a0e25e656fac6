import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import fc from "fast-check";
import { checkOut, isBranch, isGitUrl, newestCommit } from "./git-checkout.ts";

let folder = "";
let origin = "";
const schemes = ["file"];
const git = (...args: string[]) =>
  execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.org", ...args], {
    cwd: origin,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });

before(() => {
  folder = mkdtempSync(join(tmpdir(), "meridian-git-"));
  origin = join(folder, "origin");
  mkdirSync(origin);
  git("init", "-q", "-b", "main");
  writeFileSync(join(origin, "rule.yml"), "title: One\n");
  symlinkSync(import.meta.filename, join(origin, "elsewhere.yml"));
  git("add", ".");
  git("commit", "-qm", "one");
});
after(() => rmSync(folder, { recursive: true }));

const place = () => ({ url: pathToFileURL(origin).href, branch: "main" });

test("a checkout is what the branch holds, with symbolic links as the text they are, and follows it", async () => {
  const into = join(folder, "into");
  const first = await checkOut(into, place(), { schemes });
  assert.deepEqual(first, { ok: true, commit: git("rev-parse", "HEAD").trim() });
  assert.equal(readFileSync(join(into, "rule.yml"), "utf8"), "title: One\n");
  assert.ok(!lstatSync(join(into, "elsewhere.yml")).isSymbolicLink());
  assert.ok(!existsSync(join(into, ".git")));
  writeFileSync(join(origin, "rule.yml"), "title: Two\n");
  git("commit", "-qam", "two");
  assert.notDeepEqual(await newestCommit(place(), { schemes }), first);
  assert.ok((await checkOut(into, place(), { schemes })).ok);
  assert.equal(readFileSync(join(into, "rule.yml"), "utf8"), "title: Two\n");
});

test("what cannot be fetched, or is not at the commit it is pinned to, leaves the checkout of before", async () => {
  const into = join(folder, "kept");
  assert.ok((await checkOut(into, place(), { schemes })).ok);
  const gone = await checkOut(into, { ...place(), branch: "gone" }, { schemes });
  assert.ok(!gone.ok && gone.why.includes("gone"));
  assert.ok(!(await checkOut(into, { ...place(), pin: "0".repeat(40) }, { schemes })).ok);
  assert.ok(existsSync(join(into, "rule.yml")));
});

test("git is given no other transport than those allowed, whatever the address says", async () => {
  for (const url of [
    pathToFileURL(origin).href,
    "ext::sh -c id",
    "git://example.org/x",
    "https://u:p@example.org/x",
    "https://ghp_token@example.org/x",
    "-u",
  ])
    assert.equal((await checkOut(join(folder, "no"), { url, branch: "main" })).ok, false);
  assert.ok(isGitUrl("https://example.org/rules.git") && isGitUrl("ssh://git@example.org/rules.git"));
});

test("no branch's name is taken for an option or a path out of git's own", () => {
  fc.assert(
    fc.property(fc.string(), (name) => {
      if (isBranch(name)) assert.match(name, /^(?!-)(?!.*\.\.)[\w./-]+$/);
    }),
  );
  assert.ok(isBranch("release/1.2") && !isBranch("--upload-pack=x") && !isBranch("a..b"));
});
