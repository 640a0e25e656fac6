import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import type { Json, JsonObject } from "#sigma";
import type { FormatName } from "../contract.ts";
import { certainTexts } from "./certain-texts.ts";
import { KeyPaths } from "./key-paths.ts";
import { loadShapes } from "./load-kinds.ts";
import { loadSources, ownSources } from "./load-sources.ts";
import { recogniser } from "./recogniser.ts";
import { oneByOne } from "./testing/one-by-one.ts";
import { samples } from "./testing/samples.ts";
import { TextMemo } from "./text-memo.ts";

const shapes = loadShapes();
const recognise = recogniser(shapes);
const plainly = oneByOne(shapes);
const formats: readonly FormatName[] = ["ndjson", "syslog", "text", "cef", "auditd", "csv", "access-log", "zeek"];

function agree(body: JsonObject, format: FormatName): void {
  const expected = plainly(body, format);
  const given = recognise(body, format);
  if (given !== expected) assert.fail(`${given.key} instead of ${expected.key}: ${JSON.stringify(body).slice(0, 500)}`);
}

describe("the quick recogniser gives what asking shape after shape gives", () => {
  test("for every sample, in every format, twice and wrapped", () => {
    for (const { body } of [...samples, ...samples.toReversed()]) {
      for (const format of formats) {
        agree(body, format);
        agree({ _index: "i", _source: body }, format);
        agree({ _source: body }, format);
      }
    }
  });

  test("for samples with keys of other samples added, taken away, emptied, and in another order", () => {
    const sample = fc.constantFrom(...samples).map(({ body }) => body);
    const value = fc.constantFrom<Json>(null, "", "x", 5, true, [], {}, ["x"], { "#text": "x" });
    const changed = fc
      .tuple(sample, sample, fc.infiniteStream(fc.tuple(fc.nat(5), value)), fc.boolean())
      .map(([first, second, changes, backwards]) => {
        const entries = [...Object.entries(first), ...Object.entries(second)].flatMap(([key, held]) => {
          const [what, other] = changes.next().value!;
          return what === 0 ? [] : [[key, what === 1 ? other : held] as const];
        });
        return Object.fromEntries(backwards ? entries.toReversed() : entries) as JsonObject;
      });
    fc.assert(
      fc.property(changed, fc.constantFrom(...formats), (body, format) => agree(body, format)),
      { numRuns: 2000 },
    );
  });

  test("for junk, and after more junk than is remembered", () => {
    const junk = fc.dictionary(fc.string(), fc.jsonValue()) as fc.Arbitrary<JsonObject>;
    fc.assert(fc.property(junk, fc.constantFrom(...formats), agree));
    for (let n = 0; n < 50_000; n++) recognise({ [`invented-${n}`]: n, Channel: `channel-${n}` }, "ndjson");
    for (const { body, format } of samples) agree(body, format);
  });

  test("for every event of the OTRF sample and of SigmaHQ's regression data", (context) => {
    const root = process.env["MERIDIAN_CORPUS"];
    if (root === undefined || !existsSync(join(root, "otrf")) || !existsSync(join(root, "sigmahq", "regression"))) {
      return context.skip("no corpus: set MERIDIAN_CORPUS to a folder that has otrf/ and sigmahq/regression/");
    }
    const lines = gunzipSync(readFileSync(join(root, "otrf", "otrf-5k.ndjson.gz")))
      .toString()
      .split("\n");
    const regression = join(root, "sigmahq", "regression");
    const texts = readdirSync(regression).flatMap((name) =>
      readFileSync(join(regression, name), "utf8").split(/^(?=\{)/m),
    );
    for (const text of [...lines, ...texts].filter((one) => one.trim() !== ""))
      agree(JSON.parse(text) as JsonObject, "ndjson");
  });
});

describe("what recognition remembers is bounded and exact", () => {
  const keySets = fc.array(fc.uniqueArray(fc.constantFrom("a", "b", "c", "d", "e", "__proto__", "1")), {
    maxLength: 60,
  });

  test("what follows from keys is what follows from them, or nothing when there is no room", () => {
    fc.assert(
      fc.property(keySets, fc.integer({ min: 1, max: 40 }), (sets, most) => {
        const paths = new KeyPaths((keys) => [...keys].sort().join(), most);
        for (const keys of sets) {
          const body = JSON.parse(`{${keys.map((key) => `"${key}":0`).join()}}`) as JsonObject;
          assert.ok([undefined, [...keys].sort().join()].includes(paths.get(body)));
        }
      }),
    );
  });

  test("room is made anew when what filled it is over", () => {
    const paths = new KeyPaths((keys) => keys.size, 10);
    for (let n = 0; n < 10; n++) paths.get({ [`old-${n}`]: 0 });
    let asked = 0;
    while (paths.get({ now: 0, here: 0 }) === undefined) assert.ok(asked++ < 20);
  });

  test("a text is answered the same the first time, the next time and when there is no more room", () => {
    const memo = new TextMemo((text) => text.toLowerCase());
    const text = fc.oneof(
      fc.string({ unit: "binary", maxLength: 200 }),
      fc.constantFrom("Ab", "aB", "\ud800", "\ufffd"),
    );
    fc.assert(
      fc.property(fc.array(text), (texts) => {
        for (const one of [...texts, ...texts]) assert.equal(memo.get(one), one.toLowerCase());
      }),
      { numRuns: 500 },
    );
  });

  test("a text that an expression is said to need is in all that it matches", () => {
    const piece = fc.constantFrom(
      ..."a b % - , / \\/ \\. \\d \\s \\w+ [a-z] [^,\\]] [,|(] a? b* %+ a{2} b{0,2} c+? (?:a|b) (a(?:b|[)])c)? (?=a) ^ $ . \\b".split(
        " ",
      ),
    );
    const text = fc.string({ unit: fc.constantFrom(..."ab%-,/.1 c)(]|".split("")), maxLength: 30 });
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 6 }),
        fc.array(text, { minLength: 20, maxLength: 20 }),
        (pieces, texts) => {
          const source = pieces.join("");
          if (!isExpression(source)) return;
          for (const one of texts) {
            for (const needed of certainTexts(source))
              if (new RegExp(source).test(one)) assert.ok(one.includes(needed));
          }
        },
      ),
      { numRuns: 3000 },
    );
    assert.deepEqual(certainTexts("a|b"), []);
    assert.deepEqual(certainTexts("\\x41bc"), []);
    const ours = loadSources(ownSources).flatMap(({ shapes: all }) =>
      all.flatMap(({ matches }) => Object.values(matches)),
    );
    assert.ok(ours.filter((source) => certainTexts(source).length > 0).length * 2 > ours.length);
  });
});

function isExpression(source: string): boolean {
  try {
    return new RegExp(source).source === source;
  } catch {
    return false;
  }
}
