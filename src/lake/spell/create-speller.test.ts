import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { type FormatName, loadKinds, readLog, toEvent } from "#ingest";
import type { SpelledBatch, SpelledDelivery } from "../contract.ts";
import { createSpeller } from "./create-speller.ts";

const recognise = loadKinds();
const receivedAt = Date.UTC(2026, 6, 1);

interface Row {
  readonly uid: string;
  readonly time: number;
  readonly raw: string;
  readonly original?: string;
  readonly [column: string]: unknown;
}

async function spell(text: string | Uint8Array, delivery: Partial<SpelledDelivery> = {}) {
  const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
  const speller = createSpeller();
  speller.begin({ source: "test", receivedAt, bytes, ...delivery });
  const formats: FormatName[] = [];
  const open = async function* () {
    yield new Uint8Array(bytes);
  };
  for await (const { records } of readLog({ name: "test", open }))
    for (const record of records) {
      speller.add(record, toEvent(record, recognise));
      formats.push(record.format);
    }
  const batch = speller.take();
  return { batch, rows: rowsOf(batch), formats };
}

/** Rows as JSON says them, of bytes that are cut where the batch says that rows end. */
function rowsOf({ rows, ends, uids, times }: SpelledBatch): Row[] {
  const all = [...ends].map((end, row) => {
    const bytes = Buffer.from(rows.subarray(row === 0 ? 0 : ends[row - 1]!, end));
    assert.equal(bytes.at(-1), 0x0a);
    assert.equal(bytes.indexOf(0x0a), bytes.length - 1);
    const said = JSON.parse(
      bytes.toString("latin1").replace(/[\x80-\xff]+/g, (part) => Buffer.from(part, "latin1").toString()),
    ) as Row;
    assert.equal(Buffer.from(uids.subarray(row * 16, row * 16 + 16)).toString("hex"), said.uid);
    assert.equal(times[row], said.time);
    return said;
  });
  assert.equal(ends.at(-1) ?? 0, rows.length);
  return all;
}

const timed = (number: number, more: object = {}) =>
  `${JSON.stringify({ time: "2026-06-30T12:00:00Z", number, ...more })}\n`;
const uids = (rows: readonly Row[]) => rows.map(({ uid }) => uid);

describe("the speller", () => {
  test("keeps JSON as its sender wrote it, down to numbers, blanks and keys that occur twice", async () => {
    const line = '{"time": "2026-06-30T12:00:00Z", "big": 12345678901234567890, "a": 1, "a": "C:\\\\users\\tx"}';
    const { rows } = await spell(`${line}\n`);
    assert.deepEqual([rows[0]?.raw, rows[0]?.original], [line, undefined]);
  });

  test("any JSON is found by its own bytes: no escapes but those that JSON demands, the original kept where it had others", () =>
    fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary", maxLength: 20 }), fc.boolean(), async (value, escapeAll) => {
        const json = JSON.stringify({ time: "2026-06-30T12:00:00Z", value });
        const sent = escapeAll ? escaped(json) : json;
        const { rows } = await spell(`${sent}\n`);
        assert.equal(rows.length, 1);
        assert.equal(rows[0]!.raw, json);
        assert.equal(rows[0]!.original ?? sent, sent);
      }),
    ));

  test("keeps the line of a text log beside its fields, whatever its bytes", async () => {
    const line = Buffer.concat([
      Buffer.from("<34>Oct 11 22:14:15 web3 su: caf"),
      Buffer.from([0xe9]),
      Buffer.from(' "x"\n'),
    ]);
    const { batch, rows } = await spell(new Uint8Array(line));
    assert.equal(rows[0]?.["host"], "web3");
    assert.ok(
      Buffer.from(batch.rows).includes(
        Buffer.concat([Buffer.from("caf"), Buffer.from([0xe9]), Buffer.from(' \\"x\\"')]),
      ),
    );
    assert.equal((JSON.parse(rows[0]!.raw) as { message: string }).message.includes('caf\ufffd "x"'), true);
  });

  test("a retry has the same uids, another source or record another", async () => {
    const text = timed(1) + timed(2) + '{"no":"time"}\n';
    const first = uids((await spell(text)).rows);
    assert.deepEqual(uids((await spell(text, { receivedAt: receivedAt + 60_000 })).rows), first);
    const other = uids((await spell(text, { source: "other" })).rows);
    assert.equal(new Set([...first, ...other]).size, 6);
  });

  test("records that tell a time keep their uids in whatever delivery they come again", async () => {
    const one = uids((await spell(timed(1) + timed(2))).rows);
    const other = uids((await spell(timed(2) + timed(3) + timed(1))).rows);
    assert.deepEqual([other[2], other[0]], one);
  });

  test("equal records of one delivery stay as many as they are, again in each retry", async () => {
    const text = timed(1) + timed(1) + timed(1);
    const first = uids((await spell(text)).rows);
    assert.equal(new Set(first).size, 3);
    assert.deepEqual(uids((await spell(text)).rows), first);
  });

  test("of several events in one delivery each is a row with a uid of its own, stored as if it had come alone", async () => {
    const delivery = (...times: string[]) => ({
      Context: "fra3-n07",
      Events: times.map((time) => ({ MessageId: "SEC0031", ...(time && { EventTimestamp: time }) })),
    });
    const times = ["2026-06-30T12:00:00Z", "2026-06-30T12:00:00Z", "2026-06-30T12:00:01Z", ""];
    const text = `${JSON.stringify(delivery(...times))}\n`;
    for (const key of [{}, { key: "k" }]) {
      const { rows } = await spell(text, key);
      assert.equal(new Set(uids(rows)).size, times.length);
      assert.deepEqual(uids((await spell(text, key)).rows), uids(rows));
      assert.deepEqual(
        rows.map(({ raw }) => raw),
        times.map((time) => JSON.stringify(delivery(time))),
      );
    }
  });

  test("records that tell no time are told apart by the whole delivery, or by its key", async () => {
    const uid = async (text: string, key?: string) =>
      (await spell(text, key === undefined ? {} : { key })).rows[0]!.uid;
    const line = '{"no":"time"}\n';
    assert.equal(await uid(line), await uid(line));
    assert.notEqual(await uid(line), await uid(line + timed(1)));
    assert.equal(await uid(line, "k1"), await uid(line, "k1"));
    assert.notEqual(await uid(line, "k1"), await uid(line, "k2"));
    assert.notEqual(await uid(timed(1), "k1"), await uid(timed(2), "k1"));
  });

  test("an event whose clock cannot be right has the time of its receipt", async () => {
    const at = async (time: string) => (await spell(`${JSON.stringify({ time })}\n`)).rows[0]!.time;
    assert.equal(await at("2026-06-30T12:00:00Z"), Date.UTC(2026, 5, 30, 12));
    assert.equal(await at("2026-07-01T23:00:00Z"), Date.UTC(2026, 6, 1, 23));
    for (const wrong of ["2026-07-02T00:00:01Z", "1999-12-31T23:59:59Z", "never"])
      assert.equal(await at(wrong), receivedAt);
  });

  test("whatever a delivery holds, each record becomes one row", () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(fc.json(), fc.string({ unit: "binary" })), { maxLength: 8 }),
        async (lines) => {
          const { rows, formats } = await spell(lines.join("\n"));
          assert.equal(rows.length, formats.length);
          assert.equal(new Set(uids(rows)).size, rows.length);
          for (const { raw } of rows) JSON.parse(raw);
        },
      ),
    ));
});

/** The same JSON with every character of its strings that may be escaped. */
function escaped(json: string): string {
  return json.replace(/\\(?:u[\da-f]{4}|.)|[^\x20-\x7e]|\//gs, (found) =>
    found === "/"
      ? "\\/"
      : found.startsWith("\\")
        ? found
        : [...Array(found.length).keys()]
            .map((at) => `\\u${found.charCodeAt(at).toString(16).padStart(4, "0")}`)
            .join(""),
  );
}
