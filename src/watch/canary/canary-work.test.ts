import assert from "node:assert/strict";
import { test } from "node:test";
import { readRules } from "#sigma";
import { readCondition } from "../exceptions/read-condition.ts";
import { createCanaryWork } from "./canary-work.ts";

const head = "logsource: { category: process_creation, product: windows }\n";
const rule = (title: string, rest: string) => `title: ${title}\nname: ${title}\n${head}${rest}`;
const asks = "detection: { selection: { Image|endswith: '\\whoami.exe' }, condition: selection }\n";
const event = (image: string, channel = "Microsoft-Windows-Sysmon/Operational") =>
  JSON.stringify({ Channel: channel, EventID: 1, Computer: "ws-1", Image: image, UtcTime: "2026-01-31 04:00:00" });
const own = (...events: string[]) =>
  `meridian: { tests: [{ name: one, match: true, events: [${events.join(", ")}] }] }\n`;

const text = [
  rule("made", asks),
  rule("own", asks + own(event("C:\\whoami.exe"))),
  rule("wrong-value", asks + own(event("C:\\other.exe"))),
  rule("wrong-source", asks + own(event("C:\\whoami.exe", "Application"))),
  "title: twice\ncorrelation: { type: event_count, rules: [own], group-by: [Computer], timespan: 5m, condition: { gte: 2 } }\n" +
    own(event("C:\\whoami.exe"), event("D:\\whoami.exe")),
  "title: unknown\ncorrelation: { type: event_count, rules: [made], group-by: [Computer], timespan: 5m, condition: { gte: 2 } }\n",
].join("---\n");

function shared(value: unknown): SharedArrayBuffer {
  const bytes = Buffer.from(JSON.stringify(value));
  const buffer = new SharedArrayBuffer(bytes.length);
  bytes.copy(new Uint8Array(buffer));
  return buffer;
}

test("each rule is alive, or dead with where its example got lost, or nobody knows", async () => {
  const rules = readRules([{ file: "rules.yml", text }]);
  assert.deepEqual(rules.setAside, []);
  const titleOf = new Map([...rules.detections, ...rules.correlations].map(({ id, title }) => [id, title]));
  const work = createCanaryWork({ ruleSet: shared(rules), limits: {} });
  const excepting = rules.detections.find(({ title }) => title === "own")!;
  const condition = readCondition("exception_1", { Computer: "ws-1" }, "windows/process_creation/*");
  const exceptions = { version: 1, json: shared([{ id: "exception_1", rule: excepting.id, condition }]) };
  const results = new Map((await work({ exceptions })).map((one) => [titleOf.get(one.rule), one]));
  const said = (title: string) => {
    const { state, example, excepted } = results.get(title)!;
    return [state, example, ...excepted];
  };
  assert.deepEqual(said("made"), ["alive", "made"]);
  assert.deepEqual(said("own"), ["alive", "own", "exception_1"]);
  assert.deepEqual(said("wrong-value"), ["dead", "own"]);
  assert.match(results.get("wrong-value")!.why, /windows\/sysmon\/1 .*Image/);
  assert.deepEqual(said("wrong-source"), ["dead", "own"]);
  assert.match(results.get("wrong-source")!.why, /log source does not fit/);
  assert.deepEqual(said("twice"), ["alive", "own"]);
  assert.deepEqual(said("unknown"), ["none", "none"]);
});
