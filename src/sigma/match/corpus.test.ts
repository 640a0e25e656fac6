import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { gunzipSync } from "node:zlib";
import {
  compileMatcher,
  type DetectionRule,
  evaluate,
  type EventKind,
  explain,
  flatLayout,
  type JsonObject,
  type Layout,
  matchedValues,
  readRules,
  type SigmaEvent,
} from "../index.ts";

/** MERIDIAN_CORPUS names a folder with `sigmahq/` (rules and the events that belong to them) and `otrf/` (real events). */
const corpus = process.env["MERIDIAN_CORPUS"] ?? "";

function corpusTest(title: string, needs: string, body: (folder: string) => void): void {
  test(title, (context: TestContext) => {
    const folder = join(corpus, needs);
    if (corpus === "" || !existsSync(folder)) {
      console.warn(`NOT RUN: "${title}": set MERIDIAN_CORPUS to a folder that holds ${needs}.`);
      return context.skip(`MERIDIAN_CORPUS has no ${needs}`);
    }
    body(folder);
  });
}

const winevent: Layout = {
  name: "winevent",
  paths: (field) => {
    if (field === "Provider_Name") return [["Event", "System", "Provider", "#attributes", "Name"]];
    return [
      ["Event", "EventData", field],
      ["Event", "UserData", "*", field],
      ["Event", "System", field],
    ];
  },
};
const kindWith = (layout: Layout): EventKind => ({ key: layout.name, logsource: {}, layout, pipelines: [] });
const winlogbeat: Layout = { name: "winlogbeat", paths: (field) => [["event_data", field], [field]] };
const kinds = { winevent: kindWith(winevent), winlogbeat: kindWith(winlogbeat), flat: kindWith(flatLayout) };

const rulesRead = new Map<string, readonly DetectionRule[]>();

function readCorpusRules(folder: string): readonly DetectionRule[] {
  let rules = rulesRead.get(folder);
  if (rules === undefined) rulesRead.set(folder, (rules = readRulesUnder(folder)));
  return rules;
}

function readRulesUnder(folder: string): readonly DetectionRule[] {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".yml"));
  return readRules(names.sort().map((name) => ({ file: name, text: readFileSync(join(folder, name), "utf8") })))
    .detections;
}

function realEvents(folder: string): SigmaEvent[] {
  const bytes = gunzipSync(readFileSync(join(folder, "otrf-5k.ndjson.gz")));
  const events: SigmaEvent[] = [];
  for (let start = 0, end = 0; start < bytes.length; start = end + 1) {
    end = bytes.indexOf(10, start);
    if (end < 0) end = bytes.length;
    const raw = bytes.subarray(start, end);
    const body = JSON.parse(raw.toString()) as JsonObject;
    events.push({ kind: "event_data" in body ? kinds.winlogbeat : kinds.flat, body, raw });
  }
  return events;
}

corpusTest("on real events every rule of the public corpus matches alike by index and by asking", ".", (folder) => {
  const rules = readCorpusRules(join(folder, "sigmahq"));
  const events = realEvents(join(folder, "otrf"));
  const [indexed, asking] = [compileMatcher(rules), compileMatcher(rules, { index: false })];
  let matches = 0;
  for (const event of events.filter((_, at) => at % 5 === 0)) {
    const found = indexed.match(event).map(({ id }) => id);
    assert.deepEqual(
      found,
      asking.match(event).map(({ id }) => id),
    );
    matches += found.length;
  }
  assert.ok(matches > 200, `only ${matches} matches`);
});

corpusTest("on real events the reference evaluator agrees with the index", ".", (folder) => {
  const rules = readCorpusRules(join(folder, "sigmahq"));
  const indexed = compileMatcher(rules);
  for (const event of realEvents(join(folder, "otrf")).filter((_, at) => at % 200 === 0)) {
    const expected = rules.filter(({ plan }) => evaluate(plan, event)).map(({ id }) => id);
    assert.deepEqual(
      indexed.match(event).map(({ id }) => id),
      expected,
    );
  }
});

corpusTest("each event that came with a rule fires it, with values that say why", "sigmahq/regression", (folder) => {
  const rules = new Map(readCorpusRules(join(folder, "..")).map((rule) => [rule.id, rule]));
  const matcher = compileMatcher([...rules.values()]);
  for (const name of readdirSync(folder).filter((file) => file.endsWith(".json"))) {
    const rule = rules.get(name.slice(0, -5));
    assert.ok(rule, `no rule for ${name}`);
    const event = eventsIn(readFileSync(join(folder, name), "utf8")).find((one) => matcher.match(one).includes(rule));
    assert.ok(event, `${rule.title} doesn't match ${name}`);
    assert.equal(explain(rule, event).matches, true);
    assert.ok(matchedValues(rule, event).length > 0, `${rule.title} says nothing of why it matched`);
  }
});

/** Some files hold several objects, one after the other, each closed by a brace at the start of a line. */
function eventsIn(text: string): SigmaEvent[] {
  const objects = text.split(/(?<=^\})\s+(?=\{)/m);
  return objects.map((object) => ({ kind: kinds.winevent, body: JSON.parse(object) as JsonObject }));
}
