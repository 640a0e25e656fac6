import assert from "node:assert/strict";
import { createWriteStream, symlinkSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { test } from "node:test";
import { createGzip, gzipSync } from "node:zlib";
import { calm, lines, temporaryFolder, whoami, whoamiRule } from "../testing/fixtures.ts";
import { runMeridian, type RunOptions } from "../testing/run-meridian.ts";

/**
 * Each of these ends in a message that names the place; the rest is read; the process never holds more than this many MiB.
 * Node alone takes 45, the program with its code 120.
 */
const most = 450;
const folder = temporaryFolder();
folder.write("rules/whoami.yml", whoamiRule);
const rules = join(folder.path, "rules");
const good = folder.write("good.ndjson", lines(calm(0), whoami(1)));

async function scan(paths: readonly string[], options: RunOptions = {}, ...args: string[]) {
  const run = await runMeridian(["scan", "--rules", rules, "--format", "ndjson", ...args, ...paths], {
    heap: 256,
    ...options,
  });
  assert.ok(run.peak < most, `${run.peak} MiB`);
  assert.match(run.lastLine, /^\d+ events, \d+ findings, \d+ rules, \d+ unreadable$/, run.err);
  return { ...run, findings: run.findings };
}

const places = (findings: readonly { event: { file: string; index: number } }[]) =>
  findings.map(({ event }) => [event.file, event.index]);

test("a truncated gzip file: what could be unpacked is read, then the place where it ends is told", async () => {
  const packed = gzipSync(lines(...Array.from({ length: 2000 }, (_, i) => whoami(i, { noise: Math.random() }))));
  const file = folder.write("cut.ndjson.gz", packed.subarray(0, packed.length / 2));
  const run = await scan([file, good]);
  assert.match(run.err, /cut\.ndjson\.gz, record \d+, byte \d+: .*ends before its end/);
  assert.ok(run.findings.length > 100);
  assert.deepEqual(places(run.findings).at(-1), [good, 1]);
});

for (const [what, from] of [
  ["on standard input", "stdin"],
  ["in a file", "file"],
  ["in a packed file", "gz"],
] as const)
  test(`a line of 200 MB ${what} is passed over; the lines around it are read`, async () => {
    const source = () => Readable.from(around('{"Image":"', "a", '"}\n'));
    const path = from === "stdin" ? "-" : join(folder.path, from === "file" ? "long.ndjson" : "long.ndjson.gz");
    if (from === "file") await pipeline(source(), createWriteStream(path));
    if (from === "gz") await pipeline(source(), createGzip({ level: 1 }), createWriteStream(path));
    for (const workers of ["0", "2"]) {
      const run = await scan([path], from === "stdin" ? { stdin: source() } : {}, "--workers", workers);
      const name = from === "stdin" ? "stdin" : path;
      assert.deepEqual(places(run.findings), [
        [name, 0],
        [name, 2],
      ]);
      assert.match(run.err, /record 1, byte \d+: /);
      assert.equal(run.lastLine, "2 events, 2 findings, 1 rules, 1 unreadable");
    }
  });

/** A finding, 200 MB of one letter between `before` and `after`, and another finding. */
function* around(before: string, letter: string, after: string): Generator<Buffer> {
  yield Buffer.from(lines(whoami(0)) + before);
  const piece = Buffer.alloc(1024 * 1024, letter);
  for (let i = 0; i < 200; i++) yield piece;
  yield Buffer.from(after + lines(whoami(2)));
}

test("invalid UTF-8 is told with its place, and its record read all the same", async () => {
  const [before = "", after = ""] = whoami(0, { User: "NAME" }).split("NAME");
  const bytes = Buffer.concat([
    Buffer.from(before),
    Buffer.from([0xc3, 0x28, 0xff]),
    Buffer.from(`${after}\n${whoami(1)}\n`),
  ]);
  const run = await scan([folder.write("utf8.ndjson", bytes)]);
  assert.equal(run.findings.length, 2);
  assert.match(run.err, /utf8\.ndjson, record 0, byte 0: /);
});

test("JSON nested a million deep is passed over with its place; the rest is read", async () => {
  const deep = "[".repeat(1_000_000);
  const nested = [
    `{"a":${deep}${"]".repeat(1_000_000)}}`,
    `{"a":`.repeat(1_000_000) + "1" + "}".repeat(1_000_000),
    deep,
  ];
  const run = await scan([folder.write("deep.ndjson", lines(whoami(0), ...nested, whoami(4)))]);
  assert.deepEqual(
    run.findings.map(({ event }) => event.index),
    [0, 4],
  );
  for (const record of [1, 2, 3]) assert.match(run.err, new RegExp(`deep\\.ndjson, record ${record}, byte \\d+: `));
  const array = await scan([folder.write("deep.json", `[${whoami(0)},${nested[0]},${whoami(1)}]`), good]);
  assert.match(array.err, /deep\.json, record 1, byte \d+: /);
  assert.deepEqual(
    array.findings.map(({ event }) => event.index),
    [0, 2, 1],
  );
});

test("a duplicate key is told with its place: it could hide a value from rules", async () => {
  const hidden = whoami(0).replace(
    '"Image"',
    `"Image":"${"C:\\\\Windows\\\\System32\\\\".repeat(9)}notepad.exe","Image"`,
  );
  const run = await scan([folder.write("twice.json", `[${calm(0)},${hidden}]`)]);
  assert.match(run.err, /twice\.json, record 1, byte \d+: .*Image/);
});

test("a short value hidden behind a key that stands twice in a long line is found when asked to look exactly", async () => {
  const padded = whoami(0).replace('"Image"', `"Padding":"${"x".repeat(600)}","CommandLine":"short","Image"`);
  const log = folder.write("twice.ndjson", `${padded}\n`);
  assert.doesNotMatch((await scan([log])).err, /CommandLine/);
  const exact = await scan([log], {}, "--exact-keys");
  assert.match(exact.err, /twice\.ndjson, record 0, byte \d+: .*CommandLine/);
});

test("a bomb of a gigabyte of zeros is stopped; a bomb in a bomb is no log; the rest is read", async () => {
  const bomb = join(folder.path, "bomb.gz");
  const zeros = Buffer.alloc(1024 * 1024);
  await pipeline(
    Readable.from(Array.from({ length: 1024 }, () => zeros)),
    createGzip({ level: 9 }),
    createWriteStream(bomb),
  );
  const nested = join(folder.path, "nested.gz");
  await pipeline(Readable.from(gzipTwice(bomb)), createGzip({ level: 9 }), createWriteStream(nested));
  for (const workers of ["0", "2"]) {
    const run = await scan([bomb, nested, good], {}, "--workers", workers);
    assert.match(run.err, /bomb\.gz, record \d+, byte \d+: /);
    assert.match(run.err, /nested\.gz, record \d+, byte \d+: /);
    assert.deepEqual(places(run.findings), [[good, 1]]);
  }
});

async function* gzipTwice(path: string): AsyncGenerator<Uint8Array> {
  const { createReadStream } = await import("node:fs");
  yield* createReadStream(path);
}

test("a rule whose regular expression would backtrack for ever answers at once", async () => {
  folder.write(
    "catastrophic/rule.yml",
    whoamiRule.replace("Image|endswith: '\\whoami.exe'", () => "CommandLine|re: '^(a+)+$'"),
  );
  const file = folder.write(
    "long-a.ndjson",
    lines(calm(0, { CommandLine: `${"a".repeat(60_000)}!` }), calm(1, { CommandLine: "aaa" })),
  );
  const run = await runMeridian(["scan", "--rules", join(folder.path, "catastrophic"), "--format", "ndjson", file], {
    heap: 256,
  });
  assert.deepEqual(
    run.findings.map(({ event }) => event.index),
    [1],
  );
  assert.ok(run.peak < most, `${run.peak} MiB`);
});

test("a YAML alias bomb is a rule set aside with its place; other rules are asked", async () => {
  const levels = Array.from(
    { length: 30 },
    (_, i) =>
      `a${i}: &a${i} [${
        i === 0
          ? "x"
          : Array(10)
              .fill(`*a${i - 1}`)
              .join(", ")
      }]`,
  );
  folder.write("bomb-rules/bomb.yml", `title: Bomb\n${levels.join("\n")}\n`);
  folder.write("bomb-rules/good.yml", whoamiRule);
  const at = join(folder.path, "bomb-rules");
  const run = await runMeridian(["scan", "--rules", at, "--format", "ndjson", good], { heap: 256 });
  assert.equal(run.code, 0, run.err);
  assert.equal(run.findings.length, 1);
  assert.match(run.err, /1 rules? set aside/);
  assert.ok(run.peak < most, `${run.peak} MiB`);
  const check = await runMeridian(["rules", "check", at], { heap: 256 });
  assert.equal(check.code, 1);
  assert.match(check.out, /bomb\.yml:\d+:\d+ .*error/);
});

test("loops of symbolic links among logs end, named; those among rules end", async () => {
  folder.write("loop/logs/a.ndjson", lines(whoami(0)));
  folder.write("loop/rules/whoami.yml", whoamiRule);
  for (const where of ["logs", "rules"]) {
    symlinkSync(join(folder.path, "loop", where), join(folder.path, "loop", where, "back"));
    symlinkSync("self.yml", join(folder.path, "loop", where, "self.yml"));
    symlinkSync("nowhere.yml", join(folder.path, "loop", where, "dangling.yml"));
  }
  const at = join(folder.path, "loop");
  const run = await runMeridian(["scan", "--rules", join(at, "rules"), "--format", "ndjson", join(at, "logs")]);
  assert.equal(run.code, 3);
  assert.equal(run.findings.length, 1);
  for (const name of ["logs/back", "logs/self.yml", "logs/dangling.yml", "rules/self.yml", "rules/dangling.yml"]) {
    assert.match(run.err, new RegExp(`^meridian: ${join(at, name)} `, "m"));
  }
});

test("a log that goes away between finding and reading it, and one that is a folder's name, do not end the scan", async () => {
  const run = await scan(["/proc/self/mem", good]);
  assert.deepEqual(places(run.findings), [[good, 1]]);
  assert.match(run.err, /\/proc\/self\/mem/);
});
