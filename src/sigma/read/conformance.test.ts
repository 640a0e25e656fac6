import assert from "node:assert/strict";
import { readdirSync, readFileSync, existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { lintRules } from "./lint/lint-rules.ts";
import type { RuleFile } from "./read-documents.ts";
import { readRules } from "./read-rules.ts";

const corpus = process.env["MERIDIAN_CORPUS"] ? join(process.env["MERIDIAN_CORPUS"], "sigmahq") : undefined;
const isThere = corpus !== undefined && existsSync(corpus);
if (!isThere)
  console.warn("SKIPPED: the public Sigma corpus is not there; set MERIDIAN_CORPUS to the folder that holds sigmahq/.");
const options = { skip: isThere ? false : "MERIDIAN_CORPUS is not set: the public corpus was not read" };

function filesIn(folder: string): RuleFile[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".yml"))
    .sort()
    .map((name) => ({ file: name, text: readFileSync(join(folder, name), "utf8") }));
}

test("every rule of the public corpus is read, save the 25 whose placeholders nobody defined", options, () => {
  const files = filesIn(corpus!);
  const set = readRules(files);
  assert.equal(set.detections.length + set.setAside.length, files.length);
  assert.deepEqual([...new Set(set.setAside.map((one) => one.reason.code))], ["placeholder-unresolved"]);
  assert.equal(set.setAside.length, 25);
  assert.ok(set.setAside.every((one) => one.id && one.title && one.file));
  assert.deepEqual([...new Set(set.findings.map((one) => one.code))], ["placeholder-unresolved"]);
});

test("with values for its placeholders every rule of the public corpus is read", options, () => {
  const files = filesIn(corpus!);
  const names = new Set(files.flatMap((one) => [...one.text.matchAll(/%([\w-]+)%/g)].map((match) => match[1]!)));
  const placeholders = Object.fromEntries([...names].map((name) => [name, ["some*", "value"]]));
  assert.deepEqual(readRules(files, { placeholders }).setAside, []);
});

test(
  "the conventions are those of the public corpus: it breaks none of those that mislead, save in a handful of places",
  options,
  () => {
    const findings = lintRules(filesIn(corpus!)).filter((one) => one.code !== "placeholder-unresolved");
    assert.deepEqual(
      findings.filter((one) => one.severity === "error"),
      [],
    );
    assert.ok(findings.filter((one) => one.severity === "warning").length <= 10);
    assert.ok(findings.length <= 250);
  },
);
