import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { type Json, type JsonObject, unknownKind } from "#sigma";
import { loadKinds } from "../kinds/load-kinds.ts";
import { classes, classNames, type OcsfClass } from "./classes.ts";
import { loadMappings } from "./load-mappings.ts";
import { normalise } from "./normalise.ts";
import type { OcsfEvent } from "./ocsf-event.ts";
import { missingAttributes } from "./requirements.ts";
import { samples } from "./testing/samples.ts";

const content = join(import.meta.dirname, "../../../content");
const recognise = loadKinds();
const kindOf = (body: JsonObject, format: (typeof samples)[number]["format"] = "ndjson") => recognise(body, format);

function at(value: Json | undefined, path: string): Json | undefined {
  return path.split(".").reduce<Json | undefined>((inside, step) => (inside as JsonObject | undefined)?.[step], value);
}

for (const { of, body, format, type, says } of samples) {
  test(`${of} is told as ${type}`, () => {
    const event = normalise(body, kindOf(body, format));
    assert.equal(event.type_name, type);
    assert.deepEqual(missingAttributes(event), []);
    for (const [path, value] of Object.entries(says)) assert.deepEqual(at(event, path), value, path);
    assert.equal(event.type_uid, event.class_uid * 100 + event.activity_id);
    assert.ok(event.time > 0);
  });
}

test("every class has a sample", () => {
  const told = new Set(samples.map(({ type }) => type.split(":")[0]));
  for (const name of classNames) assert.ok(told.has(classes[name].caption), `no sample of ${name}`);
});

test("every mapping gives what its class requires and nothing else could fill in", () => {
  const filledIn = new Set(["device", "actor", "src_endpoint"]);
  for (const { events, common, about } of loadMappings(content)) {
    for (const event of events) {
      const { required, oneOf }: OcsfClass = classes[event.class];
      const given = new Set(
        [...Object.keys(common), ...Object.keys(event.attributes)].map((name) => name.split(".")[0]!),
      );
      for (const name of required) assert.ok(given.has(name) || filledIn.has(name), `${about} ${event.class}: ${name}`);
      for (const names of oneOf)
        assert.ok(
          names.some((name) => given.has(name)),
          `${about} ${event.class}: ${names.join("|")}`,
        );
    }
  }
});

test("a record that lacks what its class requires is told as a base event, with everything unmapped", () => {
  const body = {
    Event: {
      System: { Channel: "Microsoft-Windows-Sysmon/Operational", EventID: 11, Computer: "h" },
      EventData: { Image: "x" },
    },
  };
  const event = normalise(body, kindOf(body));
  assert.equal(event.class_uid, 0);
  assert.equal(at(event, "unmapped.Event.EventData.Image"), "x");
  assert.deepEqual(missingAttributes(event), []);
});

/** Every text of a record is in what is left unmapped, or its words are in some attribute. */
function assertNothingLost(body: JsonObject, event: OcsfEvent): void {
  assert.deepEqual(JSON.parse(event.raw_data), JSON.parse(JSON.stringify(body)));
  const { raw_data: _, unmapped = {}, ...attributes } = event;
  const told = JSON.stringify(attributes).toLowerCase();
  const walk = (value: Json, rest: Json | undefined): void => {
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      for (const [key, inner] of Object.entries(value))
        walk(inner, Object.hasOwn((rest ?? {}) as object, key) ? (rest as JsonObject)[key] : undefined);
    } else if (rest === undefined && value !== null) {
      for (const word of String(value).split(/[\s\\=;,]+/)) {
        assert.ok(
          told.includes(JSON.stringify(word).slice(1, -1).toLowerCase()) || told.includes(String(Number(word))),
          `${word} is nowhere`,
        );
      }
    } else {
      assert.deepEqual(rest, value);
    }
  };
  walk(body, unmapped);
}

test("no field of a sample is lost", () => {
  for (const { of, body, format } of samples) {
    if (of !== "OCSF already" && of !== "Sysmon 22") assertNothingLost(body, normalise(body, kindOf(body, format)));
  }
});

test("any JSON of any kind gives a sound event, with the record whole beside it", () => {
  const kinds = [unknownKind, ...new Set(samples.map(({ body, format }) => kindOf(body, format)))];
  fc.assert(
    fc.property(
      fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 4 })),
      fc.constantFrom(...kinds),
      fc.nat(samples.length - 1),
      (noise, kind, which) => {
        for (const body of [noise, { ...samples[which]!.body, ...noise }] as JsonObject[]) {
          const event = normalise(body, kind);
          assert.deepEqual(JSON.parse(event.raw_data), JSON.parse(JSON.stringify(body)));
          // What is OCSF already is as sound as its sender made it.
          if (!kind.key.startsWith("ocsf")) assert.deepEqual(missingAttributes(event), []);
        }
      },
    ),
    { numRuns: 300 },
  );
});

test("a record's uid is its own: the same each time, another at another place", () => {
  const { body } = samples[0]!;
  const uid = (origin: object): string => normalise(body, kindOf(body), origin).metadata.uid;
  assert.equal(uid({}), uid({}));
  assert.equal(uid({ name: "a", offset: 5 }), uid({ name: "a", offset: 5 }));
  assert.equal(
    new Set([uid({}), uid({ name: "a", offset: 5 }), uid({ name: "a", offset: 6 }), uid({ name: "b", offset: 5 })])
      .size,
    4,
  );
});

test("a record without a time of its own takes the time at which it was received", () => {
  assert.equal(normalise({ a: 1 }, unknownKind, { receivedAt: 5 }).time, 5);
});

test("real events of the OTRF corpus keep every field and give sound events", (context) => {
  const file = join(process.env["MERIDIAN_CORPUS"] ?? "", "otrf", "otrf-5k.ndjson.gz");
  if (process.env["MERIDIAN_CORPUS"] === undefined || !existsSync(file)) {
    return context.skip(
      `no corpus: set MERIDIAN_CORPUS to a folder that has otrf/otrf-5k.ndjson.gz (looked for ${file})`,
    );
  }
  const classesSeen = new Map<string, number>();
  for (const line of gunzipSync(readFileSync(file)).toString().split("\n").filter(Boolean)) {
    const body = JSON.parse(line) as JsonObject;
    const event = normalise(body, kindOf(body));
    assert.deepEqual(JSON.parse(event.raw_data), body);
    assert.deepEqual(missingAttributes(event), [], line.slice(0, 300));
    classesSeen.set(event.class_name, (classesSeen.get(event.class_name) ?? 0) + 1);
  }
  assert.ok(classesSeen.size >= 8, JSON.stringify([...classesSeen]));
});
