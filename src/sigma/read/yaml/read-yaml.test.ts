import assert from "node:assert/strict";
import { test } from "node:test";
import { createPositions } from "../positions.ts";
import { createReport } from "../report.ts";
import { plainValue } from "./node.ts";
import { readYaml, yamlLimits } from "./read-yaml.ts";

function read(text: string) {
  const positionOf = createPositions(text);
  return readYaml(text, () => createReport("test.yml", positionOf));
}

const firstCode = (text: string) => read(text).find((one) => one.report.firstError)?.report.firstError?.code;

test("every document of a file is read, with its number and place; empty ones are left out", () => {
  const documents = read("---\na: 1\n---\n---\n# nothing\n---\nb: [x, 2, true, null, '3']\n...\n");
  assert.deepEqual(
    documents.map((one) => [one.index, one.root && plainValue(one.root)]),
    [
      [0, { a: 1 }],
      [1, { b: ["x", 2, true, null, "3"] }],
    ],
  );
  assert.deepEqual(read(""), []);
  assert.deepEqual(read("# only a comment\n"), []);
});

test("numbers keep every digit as text", () => {
  const [document] = read("a: 12345678901234567890\nb: 0x10\nc: 1.50\nd: .inf\ne: -0\n");
  const texts = document!.root!.entries.map((entry) => (entry.value.kind === "scalar" ? entry.value.text : ""));
  assert.deepEqual(texts.slice(0, 4), ["12345678901234567890", "16", "1.5", ".inf"]);
  assert.equal(JSON.stringify(plainValue(document!.root!)).includes("null"), false);
});

test("a version directive or a tag makes nothing else of plain text", () => {
  const plain = "a: 2024-01-26\nb: yes\nc: 0o17\n";
  const [modern] = read(plain);
  const [old] = read(`%YAML 1.1\n---\n${plain}`);
  assert.deepEqual(plainValue(old!.root!), plainValue(modern!.root!));
  assert.deepEqual(plainValue(old!.root!), { a: "2024-01-26", b: "yes", c: 15 });
  const [tagged] = read("a: !!binary aGk=\nb: !!timestamp 2024-01-26\nc: !own x\nd: !!set {e}\n");
  assert.deepEqual(plainValue(tagged!.root!), { a: "aGk=", b: "2024-01-26", c: "x", d: { e: null } });
  assert.ok(tagged!.report.findings.every((one) => one.code === "yaml-doubtful"));
});

test("aliases stand for their node, merge keys for its keys", () => {
  const [document] = read("base: &b {x: 1, y: 2}\nown:\n  <<: *b\n  y: 3\nlist: [*b]\n");
  assert.deepEqual(plainValue(document!.root!), { base: { x: 1, y: 2 }, own: { y: 3, x: 1 }, list: [{ x: 1, y: 2 }] });
  assert.equal(document!.report.firstError, undefined);
});

test("bombs of every make end in one clear error, quickly and without growing", () => {
  const nine = (name: string, below: string) => `${name}: &${name} [${Array(9).fill(`*${below}`).join(", ")}]\n`;
  let bomb = "a: &a [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n";
  for (let index = 1; index < 26; index++)
    bomb += nine(String.fromCharCode(97 + index), String.fromCharCode(96 + index));
  const flat = `a: &a [${"x, ".repeat(1000)}x]\nb: [${"*a, ".repeat(1000)}*a]\n`;
  const merges = `a: &a {x: 1}\n${Array.from({ length: 40 }, (_, n) => `k${n}: &k${n}\n  <<: [*${n ? `k${n - 1}` : "a"}, *${n ? `k${n - 1}` : "a"}]\n  y${n}: [*${n ? `k${n - 1}` : "a"}, *${n ? `k${n - 1}` : "a"}]\n`).join("")}`;
  assert.equal(firstCode(bomb), "alias-bomb");
  assert.equal(firstCode(flat), "alias-bomb");
  assert.equal(firstCode(merges), "alias-bomb");
  assert.equal(firstCode("a: &a [*a]\n"), "alias-unresolved");
  assert.equal(firstCode("a: *nowhere\n"), "alias-unresolved");
});

test("nesting is bounded before anything recursive sees it", () => {
  const lines = Array.from({ length: 500 }, (_, depth) => `${" ".repeat(depth)}k:`).join("\n");
  const deep = [
    "a: " + "[".repeat(100_000),
    "a: " + "[".repeat(5000) + "]".repeat(5000),
    "- ".repeat(3000) + "x",
    lines,
    "? ".repeat(5000),
    "a: " + "{b: ".repeat(5000),
  ];
  for (const text of deep) assert.ok(["yaml-too-deep", "yaml-syntax"].includes(firstCode(text)!), text.slice(0, 20));
  assert.equal(firstCode("a: " + "[".repeat(40) + "]".repeat(40)), undefined);
});

test("what is no text, or too much of it, is refused as a whole", () => {
  assert.equal(firstCode("a".repeat(yamlLimits.text + 1)), "file-too-large");
  assert.equal(firstCode("---\n".repeat(yamlLimits.documents + 1)), "too-many-documents");
  assert.equal(firstCode(`a:\n${"- x\n".repeat(yamlLimits.units / 3)}`), "document-too-large");
  assert.equal(firstCode("MZ\u0090\0\u0003\0\0"), "not-text");
  assert.equal(firstCode("title: \u0007\n"), "not-text");
});

test("what is no map is no rule", () => {
  for (const text of ["just text", "- a\n- b\n", "42"]) assert.equal(firstCode(text), "not-a-rule");
});

test("a key that stands twice, or is no text, is an error at its place", () => {
  const [twice] = read("a: 1\nb: 2\na: 3\n");
  assert.deepEqual(
    [twice!.report.firstError!.code, twice!.report.firstError!.line, twice!.report.firstError!.column],
    ["duplicate-key", 3, 1],
  );
  assert.equal(firstCode("[1, 2]: x\n"), "key-not-text");
  assert.equal(firstCode("? {a: b}\n: x\n"), "key-not-text");
});

test("a map of sixty thousand keys is read like any other", () => {
  const [document] = read(Array.from({ length: 60_000 }, (_, index) => `k${index}: v`).join("\n"));
  assert.equal(document!.root!.entries.length, 60_000);
});
