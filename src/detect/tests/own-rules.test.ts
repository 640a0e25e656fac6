import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { lintRules, readRules } from "#sigma";
import { findRuleFiles } from "../rules/find-rule-files.ts";
import { examplesOf } from "../examples/rule-examples.ts";
import { withRulesTable } from "./rules-table.ts";
import { runRuleTests } from "./run-rule-tests.ts";

const folder = fileURLToPath(new URL("../../../content/rules", import.meta.url));
const { files } = findRuleFiles([folder]);
const ruleSet = readRules(files);
const rules = [...ruleSet.detections, ...ruleSet.correlations];

describe("the rules that come with Meridian", () => {
  test("all load, and the linter has no error and no warning", () => {
    assert.deepEqual(ruleSet.setAside, []);
    const doubts = lintRules(files).filter(({ severity }) => severity !== "info");
    assert.deepEqual(doubts, []);
  });

  test("are at least 60, each with an example that fires it and one that doesn't, and every example holds in a scan", async () => {
    assert.ok(rules.length >= 60, `${rules.length} rules`);
    const { results, untested, oneSided } = await runRuleTests(ruleSet, new AbortController().signal);
    const titles = (some: typeof untested) => some.map(({ title, source }) => `${source.file}: ${title}`);
    assert.deepEqual(titles([...untested, ...oneSided]), []);
    const failed = results.filter(({ outcome }) => outcome !== "passed");
    assert.deepEqual(
      failed.map(({ rule, example, message }) => `${rule.title}: ${example}: ${message}`),
      [],
    );
  });

  test("have an id, a title and a name of their own each", () => {
    for (const key of ["id", "title", "name"] as const) {
      const values = rules.map((rule) => rule[key]).filter((value) => value !== undefined);
      assert.equal(new Set(values).size, values.length, key);
    }
  });

  test("share no id with the public corpus", (context) => {
    const corpus = join(process.env["MERIDIAN_CORPUS"] ?? "", "sigmahq");
    if (process.env["MERIDIAN_CORPUS"] === undefined || !existsSync(corpus)) {
      return context.skip(`no corpus: set MERIDIAN_CORPUS to a folder that has sigmahq (looked for ${corpus})`);
    }
    const taken = new Set<string>();
    for (const name of readdirSync(corpus, { recursive: true, encoding: "utf8" })) {
      if (!name.endsWith(".yml")) continue;
      const [, id] = /^id:\s*['"]?([\w-]{36})/m.exec(readFileSync(join(corpus, name), "utf8")) ?? [];
      if (id !== undefined) taken.add(id.toLowerCase());
    }
    assert.ok(taken.size > 3000, "the corpus's ids were read");
    const shared = rules.filter(({ id }) => taken.has(id.toLowerCase()));
    assert.deepEqual(
      shared.map(({ id }) => id),
      [],
    );
  });

  test("say why they matter and what to do first, unless they only serve a correlation", () => {
    for (const { title, description, level } of rules) {
      assert.ok((description ?? "").length > 40 || level === "informational", title);
      if (level !== "informational") assert.match(description ?? "", /^First: /m, title);
    }
  });

  test("alert by themselves exactly when their level is above informational", () => {
    const silent = new Set(ruleSet.silent);
    const wrong = rules.filter(({ id, level }) => silent.has(id) !== (level === "informational"));
    assert.deepEqual(
      wrong.map(({ title }) => title),
      [],
    );
  });

  test("hold made-up data only: addresses and names that are set apart for documentation", () => {
    for (const rule of rules) {
      for (const example of examplesOf(rule)) {
        if (!("bytes" in example)) continue;
        const text = new TextDecoder().decode(example.bytes);
        for (const [address] of text.matchAll(/(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.]*\.\d)/g)) {
          assert.match(address, /^(?:192\.0\.2|198\.51\.100|203\.0\.113|127\.0\.0)\./, `${rule.title}: ${address}`);
        }
        for (const [, domain = ""] of text.matchAll(/[\w.]+@((?:[\w-]+\.)+[a-z]{2,})/g)) {
          assert.match(domain, /(?:^|\.)example\.(?:com|net|org)$/, `${rule.title}: ${domain}`);
        }
      }
    }
  });

  test("are all told in docs/rules.md", () => {
    const page = fileURLToPath(new URL("../../../docs/rules.md", import.meta.url));
    const written = readFileSync(page, "utf8");
    const made = withRulesTable(written, ruleSet, folder);
    if (process.env["MERIDIAN_WRITE_DOCS"]) writeFileSync(page, made);
    assert.equal(readFileSync(page, "utf8"), made, "docs/rules.md is out of date; it says itself how to make it anew");
  });
});
