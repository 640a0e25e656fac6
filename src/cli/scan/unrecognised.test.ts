import assert from "node:assert/strict";
import { utimesSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { gzipSync } from "node:zlib";
import { calm, lines, temporaryFolder } from "../testing/fixtures.ts";
import { runMeridian } from "../testing/run-meridian.ts";

const folder = temporaryFolder();
folder.write(
  "rules/evil.yml",
  `title: Evil\nname: evil\nstatus: test\nlevel: high\nlogsource: { product: linux, service: sshd }\ndetection:\n  s:\n    message|contains: evil\n  condition: s\n`,
);
folder.write(
  "rules/acme.yml",
  `title: Acme\nstatus: test\nlevel: high\nlogsource: { product: acme, category: proxy }\ndetection:\n  s:\n    what|startswith: evil\n  condition: s\n`,
);
const rules = join(folder.path, "rules");
const scan = (args: readonly string[], stdin?: string) =>
  runMeridian(["scan", "--rules", rules, "--format", "ndjson", ...args], stdin === undefined ? {} : { stdin });

describe("syslog times without a year", () => {
  const text = lines(
    "Dec 30 23:59:59 web1 sshd[1]: evil of last year",
    "Jan  2 03:04:05 web1 sshd[1]: evil of this year",
  );
  const expected = ["2023-12-30T23:59:59.000Z", "2024-01-02T03:04:05.000Z"];
  const written = Date.UTC(2024, 0, 3) / 1000;

  test("get the year in which the file was last written, or the one before when they would lie ahead of it", async () => {
    for (const [name, content] of [
      ["auth.log", text],
      ["auth.log.gz", gzipSync(text)],
    ] as const) {
      const file = folder.write(name, content);
      utimesSync(file, written, written);
      const { findings, err } = await scan(["--workers", "0", file]);
      assert.deepEqual(
        findings.map(({ event }) => event.time),
        expected,
        err,
      );
    }
  });

  test("are the same in a large file that is cut for several workers", async () => {
    const calmLine = `Jan  1 00:00:00 web1 sshd[1]: ${"x".repeat(1000)}\n`;
    const file = folder.write("large.log", calmLine.repeat(26_000) + text);
    utimesSync(file, written, written);
    const packed = folder.write("large.log.gz", gzipSync(calmLine.repeat(26_000) + text, { level: 1 }));
    utimesSync(packed, written, written);
    for (const path of [file, packed]) {
      const { findings, err } = await scan(["--workers", "1", path]);
      assert.deepEqual(
        findings.map(({ event }) => event.time),
        expected,
        err,
      );
    }
  });

  test("on standard input are the latest that are not ahead of now", async () => {
    const { findings } = await scan(["-"], text);
    assert.equal(findings.length, 2);
    for (const { event } of findings) {
      const age = Date.now() - Date.parse(event.time!);
      assert.ok(age > -2 * 86_400_000 && age < 367 * 86_400_000, event.time);
    }
  });
});

describe("--as PRODUCT/SERVICE/CATEGORY", () => {
  const unknown = folder.write("own.ndjson", lines('{"what":"evil"}', calm(0, { what: "evil" })));

  test("asks the source's rules of records that nothing recognises, and of these alone", async () => {
    const run = await scan(["--as", "acme//proxy", unknown]);
    assert.deepEqual(
      run.findings.map(({ rule, event }) => [rule.title, event.index, event.kind]),
      [["Acme", 0, "unknown as acme/*/proxy"]],
    );
    assert.deepEqual((await scan(["--as", "other", unknown])).findings, []);
  });

  test("works in threads as well", async () => {
    const { findings } = await scan(["--as", "acme", "--workers", "1", unknown]);
    assert.equal(findings.length, 1);
  });

  test("is refused when it names no product or too much", async () => {
    for (const value of ["/sshd", "a/b/c/d", "a b", ""]) {
      const run = await scan(["--as", value, unknown]);
      assert.equal(run.code, 2, value);
      assert.match(run.err, /--as takes PRODUCT\[\/SERVICE\[\/CATEGORY\]\]/);
    }
  });
});
