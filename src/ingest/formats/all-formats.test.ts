import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { gzipSync, zstdCompressSync } from "node:zlib";
import fc from "fast-check";
import type { FormatName } from "../contract.ts";
import { sniff } from "./sniff.ts";
import { bytesInput, piecesOf, readAll, readBytes } from "./testing/read-all.ts";
import { samples } from "./testing/samples.ts";

const formats = Object.keys(samples) as (keyof typeof samples)[];
const cuts = fc.array(fc.nat(5000), { maxLength: 40 });

describe("every format", () => {
  for (const format of formats) {
    const bytes = Buffer.from(samples[format]);

    test(`${format} is recognised by its first bytes`, () => {
      assert.equal(sniff(bytes).format, format);
    });

    test(`${format} is recognised when packed`, () => {
      const plain = sniff(bytes);
      assert.deepEqual(sniff(gzipSync(bytes)), { ...plain, compression: "gzip", splittable: false });
      assert.deepEqual(sniff(zstdCompressSync(bytes)), { ...plain, compression: "zstd", splittable: false });
    });

    test(`${format} gives the same records however its bytes come in`, async () => {
      const whole = await readBytes(bytes);
      assert.ok(whole.records.length >= 2);
      await fc.assert(
        fc.asyncProperty(cuts, async (places) => {
          assert.deepEqual(await readAll(bytesInput(piecesOf(bytes, places))), whole);
        }),
      );
      assert.deepEqual(await readAll(bytesInput([...bytes].map((byte) => Uint8Array.of(byte)))), whole);
    });

    test(`${format} loses the same records to any limit of their length however its bytes come in`, async () => {
      await fc.assert(
        fc.asyncProperty(fc.integer({ min: 1, max: 150 }), cuts, async (recordBytes, places) => {
          const options = { format, limits: { recordBytes } };
          assert.deepEqual(
            await readAll(bytesInput(piecesOf(bytes, places)), options),
            await readBytes(bytes, options),
          );
        }),
        { numRuns: 100 },
      );
    });

    test(`${format} gives the same records packed, in UTF-16, and behind a byte order mark`, async () => {
      const whole = await readBytes(bytes);
      const plain = withoutAddress(whole);
      assert.deepEqual(await readBytes(gzipSync(bytes)), whole);
      assert.deepEqual(await readBytes(zstdCompressSync(gzipSync(bytes))), whole);
      assert.deepEqual(await readBytes(Buffer.from(`\ufeff${samples[format]}`, "utf16le")), whole);
      assert.deepEqual(withoutAddress(await readBytes(`\ufeff${samples[format]}`)), plain);
    });

    test(`${format} numbers records and lost ones from 0 without a gap`, async () => {
      const { records, problems } = await readBytes(bytes);
      const numbers = [...records, ...problems.filter(({ wasRead }) => !wasRead)].map(({ index }) => index);
      assert.deepEqual(
        numbers.sort((a, b) => a - b),
        numbers.map((_, at) => at),
      );
    });

    test(`${format} keeps every prototype as it was`, async () => {
      await readBytes(bytes);
      assert.equal(({} as Record<string, unknown>)["polluted"], undefined);
      const { records } = await readBytes(bytes);
      for (const { body } of records) assert.equal(Object.getPrototypeOf(body), Object.prototype);
    });
  }
});

describe("splitting", () => {
  const splittable = formats.filter((format) => sniff(Buffer.from(samples[format])).splittable);
  test("line-based formats can be split", () => {
    assert.deepEqual(splittable.toSorted(), ["access-log", "cef", "leef", "ndjson", "syslog", "text"]);
  });

  for (const format of splittable) {
    test(`${format}: any split of a file gives the records of the whole, in order`, async () => {
      const bytes = Buffer.from(samples[format].repeat(3));
      const whole = await readBytes(bytes, { format });
      await fc.assert(
        fc.asyncProperty(fc.array(fc.nat(bytes.length), { maxLength: 6 }), cuts, async (splits, places) => {
          const at = [0, ...splits.toSorted((a, b) => a - b), bytes.length + 10];
          const parts = [];
          let index = 0;
          for (let part = 1; part < at.length; part++) {
            const range = { start: at[part - 1]!, end: at[part]!, format: format as FormatName };
            const read = await readAll(bytesInput(piecesOf(bytes, places)), range);
            const all = [...read.records, ...read.problems];
            parts.push(...all.map((one) => ({ ...one, index: one.index + index })));
            index += Math.max(0, ...all.map((one) => one.index + 1));
          }
          const expected = [...whole.records, ...whole.problems];
          const byIndex = (a: { index: number }, b: { index: number }) => a.index - b.index;
          assert.deepEqual(parts.sort(byIndex), expected.sort(byIndex));
        }),
      );
    });
  }
});

function withoutAddress({ records, problems }: Awaited<ReturnType<typeof readBytes>>) {
  return {
    bodies: records.map(({ index, format, body }) => ({ index, format, body })),
    codes: problems.map((p) => p.code),
  };
}

// A journal's export is binary: its lines end with one byte or after the length that a field says.
const textFormats = (Object.keys(samples) as (keyof typeof samples)[]).filter((format) => format !== "journald-export");

for (const format of textFormats) {
  test(`${format} gives the same records with CRLF line ends`, async () => {
    const lines = samples[format].replaceAll("\r\n", "\n");
    const crlf = lines.replaceAll("\n", "\r\n");
    const bodies = async (text: string) => (await readBytes(text)).records.map(({ body }) => body);
    const expected = JSON.stringify(await bodies(lines));
    assert.equal(JSON.stringify(await bodies(crlf)).replaceAll("\\r\\n", "\\n"), expected);
  });
}
