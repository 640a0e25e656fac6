import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { type EventKind, type Json, type JsonObject, unknownKind } from "#sigma";
import { hostOf, userOf } from "../kinds/event-time.ts";
import type { IngestKind } from "../kinds/ingest-kind.ts";
import { loadKinds } from "../kinds/load-kinds.ts";
import { loadHotColumns } from "./hot-columns.ts";
import { hashTexts, numberIn, outcomeText, text } from "./hot-text.ts";
import { hashPaths, hotPaths, type HotText, launchPaths } from "./hot-values.ts";
import { normalise } from "./normalise.ts";
import { samples } from "./testing/samples.ts";

const recognise = loadKinds();
const hotColumns = loadHotColumns();

function at(value: Json | undefined, path: string): Json | undefined {
  return path.split(".").reduce<Json | undefined>((inside, step) => (inside as JsonObject | undefined)?.[step], value);
}

/**
 * Each column says what the event says at the first of its paths; where the event says nothing there, it says nothing or
 * what `normalise` took out of an object that OCSF would find unsound, which the event then has elsewhere.
 */
function assertSame(body: JsonObject, kind: EventKind): void {
  const event = normalise(body, kind);
  const open = (kind as Partial<IngestKind>).unfold?.(body) ?? body;
  const hot = hotColumns(open, kind);
  assert.deepEqual(
    [hot.class, hot.activity],
    [numberIn(event.class_uid, 0xffff_ffff), numberIn(event.activity_id, 0xffff_ffff)],
  );
  if (event.class_uid !== 0) assert.equal(hot.severity, numberIn(event.severity_id, 99));
  const launch = event.class_uid === 1007 && event.activity_id === 1;
  const left = JSON.stringify({ ...event, raw_data: "" }).toLowerCase();
  for (const [column, usual] of Object.entries(hotPaths) as [HotText, readonly string[]][]) {
    if (column === "severity") continue;
    const paths = (launch ? launchPaths[column] : undefined) ?? usual;
    const said = paths.map((path) => at(event, path)).find((value) => value !== undefined && value !== "");
    let expected: string | number = text(said);
    if (column === "outcome") expected = outcomeText(said);
    if (column.endsWith("_port")) expected = numberIn(said, 65_535);
    if (column === "host") expected ||= hostOf(open, kind) ?? "";
    if (column === "user") expected ||= userOf(open, kind) ?? "";
    const found = hot[column];
    if (found === expected) continue;
    // Told as a base event, since its class requires more: what the class would say of it fills the columns.
    if (event.class_uid === 0 && found !== "" && found !== 0) continue;
    const spelled = JSON.stringify(String(found)).slice(1, -1).toLowerCase();
    assert.ok(
      found !== "" && found !== 0 && left.includes(spelled),
      `${kind.key} ${column}: ${found}, not ${expected}`,
    );
  }
  const hashes = hashPaths.flatMap((path) => hashTexts(at(event, path)));
  if (event.class_uid === 0 && hot.hash.length > 0) return;
  assert.ok(
    hashes.every((hash) => hot.hash.includes(hash)) &&
      hot.hash.every((hash) => hashes.includes(hash) || left.includes(hash)),
    `${kind.key} hash: ${hot.hash}, not ${hashes}`,
  );
}

test("each column says what normalise says at the column's paths, of samples of every source", () => {
  for (const { body, format } of samples) assertSame(body, recognise(body, format ?? "ndjson"));
});

test("a record that lacks what its class requires fills the columns all the same", () => {
  const body = {
    Channel: "Microsoft-Windows-Sysmon/Operational",
    Provider_Name: "Microsoft-Windows-Sysmon",
    EventID: 1,
    Computer: "web1",
    Image: "C:\\Windows\\System32\\cmd.exe",
    CommandLine: "cmd /c whoami",
    ParentImage: "C:\\Windows\\explorer.exe",
  };
  const { class: uid, process, cmd, parent, host } = hotColumns(body, recognise(body, "ndjson"));
  assert.deepEqual(
    { uid, process, cmd, parent, host },
    { uid: 0, process: body.Image, cmd: body.CommandLine, parent: body.ParentImage, host: "web1" },
  );
});

test("each column says what normalise says, whatever a record holds and lacks", () => {
  const kinds = [unknownKind, ...new Set(samples.map(({ body, format }) => recognise(body, format ?? "ndjson")))];
  const values = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.constantFrom("-", "", "4688", 11, null, "a\\b", "10.0.0.1"),
  );
  fc.assert(
    fc.property(
      fc.nat(samples.length - 1),
      fc.constantFrom(...kinds),
      fc.boolean(),
      fc.array(fc.tuple(fc.nat(), values), { maxLength: 6 }),
      (which, otherKind, other, changes) => {
        const { body: sample, format } = samples[which]!;
        const body = structuredClone(sample) as JsonObject;
        const places = leaves(body);
        for (const [place, value] of changes) places[place % Math.max(1, places.length)]?.(value as Json);
        assertSame(body, other ? otherKind : recognise(body, format ?? "ndjson"));
      },
    ),
    { numRuns: 2000 },
  );
});

test("each column says what normalise says, of real events", (context) => {
  const file = join(process.env["MERIDIAN_CORPUS"] ?? "", "otrf", "otrf-5k.ndjson.gz");
  if (process.env["MERIDIAN_CORPUS"] === undefined || !existsSync(file))
    return context.skip(
      `no corpus: set MERIDIAN_CORPUS to a folder that has otrf/otrf-5k.ndjson.gz (looked for ${file})`,
    );
  for (const line of gunzipSync(readFileSync(file)).toString().split("\n").filter(Boolean)) {
    const body = JSON.parse(line) as JsonObject;
    assertSame(body, recognise(body, "ndjson"));
  }
});

/** Ways to change each leaf of a body. */
function leaves(body: JsonObject): ((value: Json) => void)[] {
  return Object.entries(body).flatMap(([key, value]) => {
    const change = (changed: Json) => void ((body as Record<string, Json>)[key] = changed);
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    return isObject ? [change, ...leaves(value as JsonObject)] : [change];
  });
}
