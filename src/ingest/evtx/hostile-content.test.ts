import assert from "node:assert/strict";
import { test } from "node:test";
import type { ReadingProblem } from "../contract.ts";
import { decodingLimits } from "./budget.ts";
import { chunkSize } from "./chunk-header.ts";
import { readChunk } from "./read-chunk.ts";
import type { ElementDraft, Instance, Template } from "./testing/bin-xml-writer.ts";
import { readingLimits } from "./testing/read-log-bytes.ts";
import { guidOf, processStart } from "./testing/sample-events.ts";
import { ticks, write } from "./testing/values.ts";
import { type RecordDraft, reseal, writeEvtx } from "./testing/write-evtx.ts";

const time = ticks(Date.UTC(2025, 0, 1));
const record = (id: number, event: Instance): RecordDraft => ({ id, time, event });
const sound = processStart(9000);

function template(number: number, root: ElementDraft): Template {
  return { guid: guidOf(number), root };
}

/** Reads the one chunk of a log, and holds the reader to its bounds. */
function read(log: Uint8Array): { ids: unknown[]; problems: ReadingProblem[] } {
  assert.ok(log.length <= 4096 + chunkSize, "this log has more than one chunk");
  const { records, problems, nodesUsed } = readChunk(log.subarray(4096), { offset: 4096, index: 0 }, readingLimits);
  assert.ok(nodesUsed <= decodingLimits.chunkNodes);
  const text = records.reduce((sum, { body }) => sum + JSON.stringify(body).length, 0);
  assert.ok(text < 64 * decodingLimits.chunkText, "records grew without bound");
  return { ids: records.map(({ offset }) => Number(Buffer.from(log).readBigUInt64LE(offset + 8))), problems };
}

/** The bad record costs itself, with the given code; the sound one after it is read. */
function costsItself(event: Instance, code: string): void {
  const { ids, problems } = read(writeEvtx([record(1, event), sound]));
  assert.deepEqual(ids, [9000]);
  assert.deepEqual(
    problems.map((problem) => problem.code),
    [code],
  );
}

test("fragments that repeat each other at every level stop at the limit", () => {
  const forty = template(50, { name: "E", content: Array.from({ length: 40 }, () => ({ slot: 0, type: 0x21 })) });
  let event: Instance = { template: forty, values: [] };
  for (let level = 0; level < 25; level++) event = { template: forty, values: [{ fragment: { instance: event } }] };
  costsItself(event, "bomb");
});

test("a value that a template names thousands of times stops at the limit", () => {
  const many = template(51, { name: "E", content: Array.from({ length: 3000 }, () => ({ slot: 0, type: 1 })) });
  costsItself({ template: many, values: [write.text("x".repeat(9000))] }, "bomb");
  const attributes = template(52, {
    name: "E",
    content: Array.from({ length: 600 }, () => ({ name: "A", attributes: [["a", [{ slot: 0, type: 1 }]]] as const })),
  });
  costsItself({ template: attributes, values: [write.text("x".repeat(9000))] }, "bomb");
});

test("arrays that repeat elements thousands of times stop at the limit", () => {
  const inner = { name: "D", content: Array.from({ length: 50 }, () => ({ slot: 0, type: 0x84 })) };
  const arrays = template(53, { name: "E", content: Array.from({ length: 20 }, () => inner) });
  costsItself({ template: arrays, values: [{ type: 0x84, bytes: new Uint8Array(20_000) }] }, "bomb");
});

test("elements and fragments that nest too deep are refused", () => {
  let root: ElementDraft = { name: "E" };
  for (let level = 0; level < 2000; level++) root = { name: "E", content: [root] };
  costsItself({ template: template(54, root), values: [] }, "bad-template");
  const one = template(55, { name: "E", content: [{ slot: 0, type: 0x21 }] });
  let event: Instance = { template: one, values: [] };
  for (let level = 0; level < 200; level++) event = { template: one, values: [{ fragment: { instance: event } }] };
  costsItself(event, "too-deep");
});

test("many records that each stay within their limit stop at the chunk's", () => {
  const heavy = template(56, { name: "E", content: Array.from({ length: 3000 }, () => ({ slot: 0, type: 8 })) });
  const log = writeEvtx(
    Array.from({ length: 900 }, (_, index) => record(index + 1, { template: heavy, values: [write.uint32(7)] })),
  );
  const { ids, problems } = read(log);
  assert.ok(ids.length > 50 && ids.length < 900);
  assert.equal(ids.length + problems.length, 900);
  assert.ok(problems.every(({ code, wasRead }) => code === "bomb" && !wasRead));
});

test("links of names and templates that lead in a circle lead nowhere: they are not followed", () => {
  const log = writeEvtx([processStart(1), processStart(2)]);
  const chunk = log.subarray(4096);
  for (let table = 128; table < 512; table += 4) {
    const at = chunk.readUInt32LE(table);
    if (at !== 0) chunk.writeUInt32LE(at, at);
  }
  reseal(log);
  assert.deepEqual(read(log), { ids: [1, 2], problems: [] });
});

test("a template that is defined by itself, by the header, or past the end is refused", () => {
  const one = template(57, { name: "E", content: [{ text: "x" }] });
  for (const definition of [0, 8, 512, 600, 0xfff0, 0xffffffff]) {
    const log = writeEvtx([record(1, { template: one, values: [] }), sound]);
    // Record header, fragment header, token, version, identifier; then the definition's place.
    const at = 4096 + 512 + 24 + 4 + 6;
    assert.equal(log.readUInt32LE(at), at + 4 - 4096);
    log.writeUInt32LE(definition, at);
    reseal(log);
    const { ids, problems } = read(log);
    assert.deepEqual(ids, [9000], `definition at ${definition}`);
    assert.equal(problems.length, 1);
  }
});

test("a count of values that the record cannot hold is refused before anything is made of it", () => {
  const one = template(58, { name: "E", content: [{ slot: 0, type: 8 }] });
  for (const count of [2, 5000, 0x40000000, 0xffffffff]) {
    const log = writeEvtx([record(1, { template: one, values: [write.uint32(7)] }), sound]);
    const at = log.indexOf(Buffer.from([1, 0, 0, 0, 4, 0, 8, 0, 7, 0, 0, 0]), 4096);
    assert.ok(at > 0);
    log.writeUInt32LE(count, at);
    reseal(log);
    assert.deepEqual(
      read(log).problems.map(({ code }) => code),
      ["bad-binxml"],
      `count ${count}`,
    );
  }
});

test("an honest array that fills its record is read whole", () => {
  const one = template(59, {
    name: "E",
    content: [{ name: "EventData", content: [{ name: "Data", content: [{ slot: 0, type: 0x84 }] }] }],
  });
  const log = writeEvtx([record(1, { template: one, values: [{ type: 0x84, bytes: new Uint8Array(60_000) }] })]);
  const { records, problems } = readChunk(log.subarray(4096), { offset: 4096, index: 0 }, readingLimits);
  assert.deepEqual(problems, []);
  const { Data } = (records[0]!.body as unknown as { E: { EventData: { Data: { "#text": unknown[] } } } }).E.EventData;
  assert.equal(Data["#text"].length, 60_000);
});
