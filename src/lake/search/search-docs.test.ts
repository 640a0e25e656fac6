import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import type { Lookup } from "./language/ast.ts";
import { compileQuery } from "./language/compile-query.ts";
import { fieldsOf } from "./language/fields.ts";
import { parseQuery } from "./language/parse-query.ts";

const text = await readFile(new URL("../../../docs/search.md", import.meta.url), "utf8");

function fieldTable(lookup: Lookup): string {
  const rows = fieldsOf[lookup].map(
    ({ name, says, kind, aliases }) =>
      `| \`${name}\` | ${says} | ${aliases.map((alias) => `\`${alias}\``).join(", ")} | ${kind} |`,
  );
  return ["| field | what it is | the same | holds |", "| --- | --- | --- | --- |", ...rows].join("\n");
}

test("docs/search.md lists every field with its names, and none that is not there", () => {
  for (const lookup of ["events", "findings"] as const) {
    const [, table = ""] = new RegExp(`<!-- fields of ${lookup} -->\n(.*?)\n?<!-- end -->`, "s").exec(text) ?? [];
    assert.equal(table.trim(), fieldTable(lookup), `should be:\n${fieldTable(lookup)}`);
  }
});

test("every example in docs/search.md is a search that can be carried out", () => {
  const [, section = ""] = /## By example\n(.*?)\nWords stand/s.exec(text) ?? [];
  // Within a table, a bar has a backslash before it.
  const examples = [...section.matchAll(/`([^`]+)`/g)]
    .map(([, example = ""]) => example.replaceAll("\\|", "|"))
    .slice(1);
  assert.ok(examples.length > 25);
  for (const example of examples) {
    const read = parseQuery(example);
    assert.ok(read.ok, `${example}: ${JSON.stringify(read)}`);
    const compiled = compileQuery(read.value, { from: 0, to: 1, now: Date.UTC(2026, 0, 1) });
    assert.ok(compiled.ok, `${example}: ${JSON.stringify(compiled)}`);
  }
});
