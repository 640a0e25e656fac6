import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import type { Json, JsonObject } from "#sigma";
import { readEvtx } from "./read-evtx.ts";
import type { ElementDraft, PartDraft, Template, ValueDraft } from "./testing/bin-xml-writer.ts";
import { draftOf } from "./testing/draft-of.ts";
import { logOf, readAll, readingLimits } from "./testing/read-log-bytes.ts";
import { eventInstance, guidOf, processStart } from "./testing/sample-events.ts";
import { ticks, write } from "./testing/values.ts";
import { writeEvtx } from "./testing/write-evtx.ts";

const time = ticks(Date.UTC(2025, 0, 2, 3, 4, 5, 6), 7);

/** The body of the one record whose event is `root`, filled with `values`. */
async function body(root: ElementDraft, values: readonly ValueDraft[] = []): Promise<JsonObject> {
  const { records, problems } = await readAll(
    writeEvtx([{ id: 1, time, event: { template: { guid: guidOf(3), root }, values } }]),
  );
  assert.deepEqual(problems, []);
  return records[0]!.body;
}

const data = (name: string | undefined, ...content: PartDraft[]): ElementDraft => ({
  name: "Data",
  ...(name === undefined ? {} : { attributes: [["Name", [{ text: name }]]] }),
  content,
});

const element = (name: string, ...content: (PartDraft | ElementDraft)[]): ElementDraft => ({ name, content });

test("a Sysmon event has the shape that evtx_dump gives it", async () => {
  const { records, problems } = await readAll(writeEvtx([processStart(7)]));
  assert.deepEqual(problems, []);
  assert.equal(records.length, 1);
  const { System, EventData } = records[0]!.body["Event"] as { System: JsonObject; EventData: JsonObject };
  assert.deepEqual(System["Provider"], {
    "#attributes": { Name: "Microsoft-Windows-Sysmon", Guid: "00000007-1D19-2521-292D-3135393D4145" },
  });
  assert.equal(System["EventID"], 1);
  assert.equal(System["Correlation"], null);
  assert.deepEqual(System["TimeCreated"], { "#attributes": { SystemTime: "2025-10-25T13:21:33.259091Z" } });
  assert.deepEqual(System["Security"], { "#attributes": { UserID: "S-1-5-18" } });
  assert.equal(EventData["ProcessId"], 1007);
  assert.equal(EventData["LogonId"], "0x529aea");
});

/** What `EventData` with these elements in it reads as. */
async function eventData(...content: ElementDraft[]): Promise<Json | undefined> {
  const event = (await body(element("Event", element("EventData", ...content))))["Event"] as JsonObject;
  return event["EventData"];
}

test("what stands in EventData becomes fields: named by Name, unnamed in a list, repeated ones too", async () => {
  assert.deepEqual(await eventData(data("A", { text: "x" }), data("B"), { name: "Binary" }), {
    A: "x",
    B: "",
    Binary: null,
  });
  assert.deepEqual(await eventData(data(undefined, { text: "x" })), { Data: { "#text": "x" } });
  assert.deepEqual(await eventData(data(undefined, { text: "x" }), data(undefined)), { Data: { "#text": ["x", ""] } });
  assert.deepEqual(await eventData(data("A", { text: "x" }), data("A", { text: "y" })), { A: ["x", "y"] });
  assert.deepEqual(await eventData(data("A", { text: "x" }), data(undefined, { text: "y" })), {
    A: "x",
    Data: { "#text": "y" },
  });
});

test("an array repeats the element that it stands in", async () => {
  const slot = { slot: 0, type: 0x81 };
  const inData = element("E", element("EventData", data(undefined, slot)));
  assert.deepEqual(await body(inData, [write.texts(["a", "", "c"])]), {
    E: { EventData: { Data: { "#text": ["a", "", "c"] } } },
  });
  const named = element("E", element("EventData", data("N", slot)));
  assert.deepEqual(await body(named, [write.texts(["a", "b"])]), { E: { EventData: { N: ["a", "b"] } } });
  assert.deepEqual(await body(named, [write.texts(["a"])]), { E: { EventData: { N: "a" } } });
  assert.deepEqual(await body(named, [write.texts([])]), { E: { EventData: { N: "" } } });
  const plain = element("E", element("Port", { text: "p" }, slot));
  assert.deepEqual(await body(plain, [write.array([1, 2].map(write.uint16))]), { E: { Port: "p1", Port_1: "p2" } });
});

test("text is put together from text, CDATA, references and values; instructions are passed over", async () => {
  const content = [
    { text: "a" },
    { entity: "lt" },
    { cdata: "<&>" },
    { character: 233 },
    { entity: "custom" },
    { slot: 0, type: 8 },
    { instruction: ["target", "data"] as const },
  ];
  assert.deepEqual(await body({ name: "E", content }, [write.uint32(7)]), { E: "a<<&>é&custom;7" });
  assert.deepEqual(await body({ name: "E", attributes: [["n", content.slice(0, 3)]] }), {
    E: { "#attributes": { n: "a<<&>" } },
  });
});

test("children of one name are numbered; text beside children and attributes is #text", async () => {
  const child = { name: "Header", content: [{ text: "x" }] };
  assert.deepEqual(await body({ name: "E", content: [child, child, child] }), {
    E: { Header: "x", Header_1: "x", Header_2: "x" },
  });
  assert.deepEqual(
    await body({ name: "E", attributes: [["q", [{ slot: 0, type: 6 }]]], content: [{ slot: 1, type: 6 }] }, [
      write.uint16(32_768),
      write.uint16(6009),
    ]),
    {
      E: { "#attributes": { q: 32_768 }, "#text": 6009 },
    },
  );
});

test("names that mean something to JavaScript are fields like any other", async () => {
  const read = await body({
    name: "E",
    content: [{ name: "__proto__", content: [{ text: "x" }] }, { name: "constructor" }],
  });
  assert.deepEqual(read, JSON.parse('{"E":{"__proto__":"x","constructor":null}}'));
});

test("a fragment in a value may be a template instance or a bare element", async () => {
  const root = { name: "Event", content: [{ slot: 0, type: 0x21 }] };
  const bare = element("UserData", {
    name: "X",
    attributes: [["a", [{ text: "1" }]]],
    content: [{ text: "2" }],
  });
  for (const dependency of [true, false]) {
    assert.deepEqual(await body(root, [{ fragment: { element: bare, dependency } }]), {
      Event: { UserData: { X: { "#attributes": { a: "1" }, "#text": "2" } } },
    });
  }
  const inner: Template = { guid: guidOf(9), root: { name: "EventData", content: [data("N", { slot: 0, type: 8 })] } };
  assert.deepEqual(await body(root, [{ fragment: { instance: { template: inner, values: [write.uint32(5)] } } }]), {
    Event: { EventData: { N: 5 } },
  });
});

test("records are numbered from 0 in file order, and each one's bytes are where it says", async () => {
  const log = writeEvtx(
    Array.from({ length: 90 }, (_, index) => processStart(index + 1)),
    25,
  );
  for (const piece of [1 << 20, 5_000, 77]) {
    const { records, problems, batches } = await readAll(log, piece);
    assert.deepEqual(problems, []);
    assert.equal(batches, 4);
    records.forEach((record, index) => {
      assert.equal(record.index, index);
      assert.equal(log.toString("latin1", record.offset, record.offset + 4), "**\0\0");
      assert.equal(log.readUInt32LE(record.offset + 4), record.length);
      assert.equal(log.readBigUInt64LE(record.offset + 8), BigInt(index + 1));
    });
    assert.equal(records.length, 90);
  }
});

test("progress counts the file's bytes, up to all of them", async () => {
  const log = writeEvtx(
    Array.from({ length: 90 }, (_, index) => processStart(index + 1)),
    25,
  );
  let last = 0;
  for await (const { consumed } of readEvtx(logOf(log), readingLimits)) {
    assert.ok(consumed > last);
    last = consumed;
  }
  assert.equal(last, log.length);
});

test("a reader that stops early lets go of its source, and an aborted one throws", async () => {
  const log = writeEvtx(
    Array.from({ length: 90 }, (_, index) => processStart(index + 1)),
    25,
  );
  let closed = false;
  const input = {
    name: "x",
    async *open() {
      try {
        for (let at = 0; ; at = (at + 1000) % log.length) yield log.subarray(at, at + 1000);
      } finally {
        closed = true;
      }
    },
  };
  for await (const _ of readEvtx(input, readingLimits)) break;
  assert.ok(closed);
  await assert.rejects(async () => {
    for await (const _ of readEvtx(input, readingLimits, AbortSignal.abort(new Error("enough")))) continue;
  }, /enough/);
});

test("whatever tree of elements is written is read back", async () => {
  const name = fc.constantFrom("Data", "EventData", "UserData", "Name", "A", "Ä-x", "__proto__");
  const text = fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 }).filter((value) => !value.includes("\0"));
  const values: [ValueDraft, Json | undefined][] = [
    [write.text("value"), "value"],
    [write.uint32(7), 7],
    [write.truth(false), false],
    [write.nothing(), undefined],
    [write.int64(-(1n << 60n)), "-1152921504606846976"],
  ];
  const part: fc.Arbitrary<PartDraft> = fc.oneof(
    text.map((value) => ({ text: value })),
    text.map((value) => ({ cdata: value })),
    fc.nat(values.length).map((slot) => ({ slot, type: 1, optional: slot % 2 === 0 })),
  );
  const { tree } = fc.letrec<{ tree: ElementDraft }>((tie) => ({
    tree: fc.record({
      name,
      attributes: fc.uniqueArray(fc.tuple(fc.constantFrom("Name", "b", "c"), fc.array(part, { maxLength: 2 })), {
        selector: ([key]) => key,
        maxLength: 3,
      }),
      content: fc.array(fc.oneof({ depthSize: "small" }, part, tie("tree")), { maxLength: 5 }),
    }),
  }));
  const expected = (draft: ElementDraft): Json => plainJson(draft, (slot) => values[slot]?.[1]);
  await fc.assert(
    fc.asyncProperty(tree, async (root) => {
      assert.deepEqual(
        await body(
          root,
          values.map(([value]) => value),
        ),
        JSON.parse(JSON.stringify({ x: expected(root) }).replace('"x"', JSON.stringify(root.name))),
      );
    }),
    { numRuns: 300 },
  );
});

test("each event of the rules' regression corpus comes back as it is, through a binary log", async (context) => {
  const folder = join(process.env["MERIDIAN_CORPUS"] ?? "", "sigmahq", "regression");
  if (process.env["MERIDIAN_CORPUS"] === undefined || !existsSync(folder)) {
    return context.skip(`no corpus: set MERIDIAN_CORPUS to a folder that has sigmahq/regression (looked in ${folder})`);
  }
  const bodies = readdirSync(folder).flatMap((file) => {
    const all = readFileSync(join(folder, file), "utf8");
    return all.split(/(?<=^\})\s*\n(?=\{)/m).map((one) => JSON.parse(one) as JsonObject);
  });
  assert.ok(bodies.length >= 98);
  const log = writeEvtx(bodies.map((event, index) => ({ id: index + 1, time, event: draftOf(event, index) })));
  const { records, problems } = await readAll(log);
  assert.deepEqual(problems, []);
  assert.deepEqual(
    records.map((record) => record.body),
    bodies,
  );
});

test("an event without data has none", async () => {
  const { records } = await readAll(writeEvtx([{ id: 1, time, event: eventInstance(1, 2, time, undefined) }]));
  assert.equal((records[0]!.body["Event"] as JsonObject)["EventData"], undefined);
});

/** What an element should read as: the README's rules once more, slowly and over drafts. */
function plainJson(draft: ElementDraft, value: (slot: number) => Json | undefined, withAttributes = true): Json {
  const textOf = (parts: readonly PartDraft[]): Json | undefined => {
    const pieces = parts.flatMap((part) => {
      const piece =
        "text" in part ? part.text : "cdata" in part ? part.cdata : "slot" in part ? value(part.slot) : undefined;
      return piece === undefined ? [] : [piece];
    });
    return pieces.length === 1 ? pieces[0] : pieces.length === 0 ? undefined : pieces.join("");
  };
  const children = (draft.content ?? []).filter((part): part is ElementDraft => "name" in part);
  const text = textOf((draft.content ?? []).filter((part): part is PartDraft => !("name" in part)));
  const attributes = (draft.attributes ?? [])
    .map(([key, parts]) => [key, textOf(parts)] as const)
    .filter(([, of]) => of !== undefined);
  const showAttributes = (withAttributes || children.length > 0) && attributes.length > 0;
  if (children.length === 0 && !showAttributes) return text ?? (withAttributes ? null : "");
  const entries: [string, Json][] = showAttributes
    ? [["#attributes", entriesToJson(attributes as [string, Json][])]]
    : [];
  const unnamed: Json[] = [];
  const repeats = new Map<string, number>();
  const holdsData = draft.name === "EventData" || draft.name === "UserData";
  for (const child of children) {
    if (holdsData && child.name === "Data") {
      const named = textOf(child.attributes?.find(([key]) => key === "Name")?.[1] ?? []);
      const of = plainJson(child, value, false);
      if (named === undefined) unnamed.push(of);
      else mergeInto(entries, String(named), of);
    } else {
      const repeat = repeats.get(child.name) ?? 0;
      repeats.set(child.name, repeat + 1);
      entries.push([repeat === 0 ? child.name : `${child.name}_${repeat}`, plainJson(child, value)]);
    }
  }
  if (text !== undefined) entries.push(["#text", text]);
  if (unnamed.length > 0) mergeInto(entries, "Data", { "#text": unnamed.length === 1 ? unnamed[0]! : unnamed });
  return entriesToJson(entries);
}

function mergeInto(entries: [string, Json][], key: string, value: Json): void {
  const entry = entries.find(([known]) => known === key);
  if (entry === undefined) entries.push([key, value]);
  else entry[1] = Array.isArray(entry[1]) ? [...(entry[1] as Json[]), value] : [entry[1], value];
}

/** An object whose `__proto__` is a field, as JSON.parse makes it. */
function entriesToJson(entries: readonly (readonly [string, Json])[]): JsonObject {
  return JSON.parse(
    `{${entries.map(([key, of]) => `${JSON.stringify(key)}:${JSON.stringify(of)}`).join(",")}}`,
  ) as JsonObject;
}
