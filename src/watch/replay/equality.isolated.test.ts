/** Of every rule, what a replay finds in the lake against what lanes found when the events came. */
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { loadRules, trueExamplesOf } from "#detect";
import { loadKindsByKey } from "#ingest";
import { createEventsReading, createLakeStore, type EventsReading } from "#lake";
import { type Events, openChdbEvents, systemClock } from "#platform";
import type { DetectionRule, RuleSet } from "#sigma";
import { place } from "../spine/lane-protocol.ts";
import { createLaneWork } from "../spine/lane-work.ts";
import type { ReplaySetup } from "./replay-protocol.ts";
import { createReplayWork } from "./replay-work.ts";

const corpus = process.env["MERIDIAN_CORPUS"] ?? "";
const sample = join(corpus, "otrf", "otrf-5k.ndjson.gz");
const hasCorpus = corpus !== "" && existsSync(sample);
const skip = hasCorpus
  ? false
  : "NOT CHECKED: set MERIDIAN_CORPUS to a folder with sigmahq/ and otrf/otrf-5k.ndjson.gz";
const own = fileURLToPath(new URL("../../../content/rules", import.meta.url));

let folder = "";
let events: Events;
let lake: EventsReading;
const kindOf = loadKindsByKey();
const span = { from: 0, to: Date.UTC(2100) };

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "meridian-equality-"));
  events = await openChdbEvents({ folder });
  await createLakeStore({ events, clock: systemClock }).open();
  lake = createEventsReading(events);
});
after(async () => {
  await events[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

/** Stores deliveries as a commit does; gives rule → uids of the events that it held for. */
async function live(ruleSet: RuleSet, deliveries: readonly Uint8Array[]): Promise<Map<string, Set<string>>> {
  const lane = createLaneWork(ruleSet, {});
  const store = createLakeStore({ events, clock: systemClock });
  const found = new Map<string, Set<string>>();
  const answer = await lane.work({
    deliveries: deliveries.map((bytes, at) => ({
      source: `source-${at % 3}`,
      site: "",
      bytes,
      format: undefined,
      key: undefined,
      receivedAt: Date.UTC(2026, 0, 31),
      as: undefined,
      facts: at % 2 === 0 ? undefined : { peer: "192.0.2.7" },
      skip: [],
    })),
    exceptions: undefined,
    place: new SharedArrayBuffer(place.bytes),
  });
  await store.store(answer.batch);
  for (const { rule, uid } of answer.deliveries.flatMap((one) => one.found)) {
    const { id } = ruleSet.detections[rule]!;
    found.set(id, (found.get(id) ?? new Set()).add(uid));
  }
  return found;
}

function shared(ruleSet: RuleSet): SharedArrayBuffer {
  const bytes = Buffer.from(JSON.stringify(ruleSet));
  const buffer = new SharedArrayBuffer(bytes.length);
  bytes.copy(new Uint8Array(buffer));
  return buffer;
}

/** Rule → uids, asked as a replay asks; `looked`: how many events the matcher was asked about. */
async function replayed(rules: ReplaySetup["rules"], closer: boolean) {
  const work = createReplayWork({ rules }, kindOf);
  const planned = work({ do: "plan", kinds: (await lake.kinds(span)).map(({ kind }) => kind) });
  assert.ok(planned.is === "plan", planned.is);
  const { filter, detections } = planned.plan;
  const found = new Map<string, Set<string>>();
  let looked = 0;
  const chosen = closer ? { ...filter, index: filter.closer } : filter;
  for await (const rows of lake.candidates(span, chosen)) {
    looked += rows.length;
    const answer = work({ do: "ask", rows, exceptions: undefined, lean: true });
    assert.ok(answer.is === "found");
    for (const { rule, uid } of answer.found) {
      const { id } = detections[rule]!;
      found.set(id, (found.get(id) ?? new Set()).add(uid));
    }
  }
  return { found, looked };
}

const alone = (ruleSet: RuleSet, rule: DetectionRule): ReplaySetup["rules"] => ({
  from: "set",
  ruleSet: shared({ ...ruleSet, detections: [rule], correlations: [] }),
  pick: [rule.id],
});

async function assertEqual(ruleSet: RuleSet, before: Map<string, Set<string>>): Promise<void> {
  const all = await replayed({ from: "set", ruleSet: shared(ruleSet) }, false);
  assert.deepEqual(all.found, before);
  let share = 0;
  let asked = 0;
  for (const rule of ruleSet.detections) {
    if (!before.has(rule.id)) continue;
    const { found, looked } = await replayed(alone(ruleSet, rule), asked % 2 === 1);
    assert.deepEqual(found.get(rule.id), before.get(rule.id), rule.title);
    share += looked / all.looked;
    asked++;
  }
  assert.ok(
    asked > 0 && share / asked < 0.2,
    `a rule that fires is asked of ${((100 * share) / asked).toFixed(1)} % of events`,
  );
}

test("each of our own rules finds in the lake exactly what it found of its examples when they came", async () => {
  const { ruleSet } = await loadRules([own]);
  const examples = [...ruleSet.detections, ...ruleSet.correlations].flatMap(trueExamplesOf);
  const found = await live(
    ruleSet,
    examples.map(({ bytes }) => bytes),
  );
  assert.ok(found.size >= ruleSet.detections.length, `${found.size} rules fire`);
  await assertEqual(ruleSet, found);
});

test(
  "each rule of the public corpus finds in the lake exactly what it found of 5,000 real events when they came",
  { skip },
  async () => {
    const sigmahq = join(corpus, "sigmahq");
    const folders = readdirSync(sigmahq).filter((name) => name.startsWith("rules"));
    const { ruleSet } = await loadRules(folders.map((name) => join(sigmahq, name)));
    await events.command("TRUNCATE TABLE events");
    const found = await live(ruleSet, [gunzipSync(readFileSync(sample))]);
    assert.ok(found.size > 50, `${found.size} rules fire`);
    await assertEqual(ruleSet, found);
  },
);
