import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { gzipSync, zstdCompressSync } from "node:zlib";
import type { FormatName } from "../../contract.ts";
import { bytesInput, piecesOf, readAll, readBytes } from "../testing/read-all.ts";
import { samples } from "../testing/samples.ts";
import { chanceOf, mutate, type Chance } from "./mutate.ts";

/** FUZZ_RUNS and FUZZ_SEED make a longer or another run. */
const runs = Number(process.env["FUZZ_RUNS"] ?? 100);
const seed = Number(process.env["FUZZ_SEED"] ?? 20_260_101);
const seeds = join(import.meta.dirname, "seeds");

/** What must hold of any bytes in any format. */
async function check(bytes: Buffer, format: FormatName | undefined, chance: Chance): Promise<void> {
  const options = { ...(format === undefined ? {} : { format }), limits: { recordBytes: 500, depth: 20 } };
  const whole = await readBytes(bytes, options);
  const cuts = Array.from({ length: chance(8) }, () => chance(bytes.length + 1));
  assert.deepEqual(
    await readAll(bytesInput(piecesOf(bytes, cuts)), options),
    whole,
    "depends on how the bytes come in",
  );
  const numbers = [...whole.records, ...whole.problems.filter(({ wasRead }) => !wasRead)].map(({ index }) => index);
  assert.deepEqual(
    numbers.toSorted((a, b) => a - b),
    numbers.map((_, at) => at),
    "numbers have a gap",
  );
  for (const { body } of whole.records) assert.equal(Object.getPrototypeOf(body), Object.prototype);
  assert.equal(({} as Record<string, unknown>)["x"], undefined);
}

describe("no bytes break a reader", () => {
  for (const [format, text] of Object.entries(samples)) {
    test(`${format}, mutated ${runs} times from seed ${seed}`, async () => {
      const chance = chanceOf(seed);
      for (let run = 0; run < runs; run++) {
        const bytes = mutate(Buffer.from(text), chance);
        // In every second run the format has to be recognised from what is left of it.
        const known = run % 2 === 0 ? (format as FormatName) : undefined;
        await check(bytes, known, chance).catch((cause: unknown) => {
          throw new Error(`run ${run}: ${JSON.stringify(bytes.toString("latin1"))}`, { cause });
        });
      }
    });
  }

  test(`packed, mutated ${runs} times from seed ${seed}`, async () => {
    const chance = chanceOf(seed);
    const packed = [gzipSync, zstdCompressSync].map((pack) => pack(samples.ndjson.repeat(20)));
    for (let run = 0; run < runs; run++) {
      const { records, problems } = await readBytes(mutate(packed[run % 2]!, chance));
      assert.ok(records.length + problems.length >= 0);
    }
  });

  for (const name of readdirSync(seeds).sort()) {
    test(`seed ${name}, as it is and mutated`, async () => {
      const bytes = readFileSync(join(seeds, name));
      const chance = chanceOf(seed);
      await check(bytes, undefined, chance);
      for (let run = 0; run < runs / 5; run++) await check(mutate(bytes, chance), undefined, chance);
    });
  }
});
