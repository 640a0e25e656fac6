import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { before, suite, test } from "node:test";
import { loadRules, ownSources, planLog, runScan, type ScannerSettings } from "#detect";
import { loadKinds, openPath, readLog, toEvent } from "#ingest";
import { explain, type RuleSet } from "#sigma";
import { runMeridian, type ToldFinding } from "../testing/run-meridian.ts";

const corpus = process.env["MERIDIAN_CORPUS"];
const absent = corpus === undefined || !existsSync(join(corpus, "sigmahq"));
const skip = absent && "MERIDIAN_CORPUS names no folder with the public corpus (sigmahq, otrf)";

suite("on the public corpus", { skip }, () => {
  const sigmahq = join(corpus ?? "", "sigmahq");
  const otrf = join(corpus ?? "", "otrf", "otrf-5k.ndjson.gz");
  const folders = absent
    ? []
    : readdirSync(sigmahq)
        .filter((name) => name.startsWith("rules"))
        .map((name) => join(sigmahq, name));
  const asked = folders.flatMap((path) => ["--rules", path]);
  let ruleSet: RuleSet;
  before(async () => void (ruleSet = (await loadRules(folders)).ruleSet));

  test("all rules load but for the 25 whose placeholders nobody has defined", () => {
    assert.deepEqual(new Set(ruleSet.setAside.map(({ reason }) => reason.code)), new Set(["placeholder-unresolved"]));
    assert.equal(ruleSet.setAside.length, 25);
    assert.equal(ruleSet.detections.length, 3755);
  });

  test("each of the 98 regression events fires its own rule, asked as anybody would ask", async () => {
    const regression = join(sigmahq, "regression");
    const events = readdirSync(regression).filter((name) => name.endsWith(".json"));
    const { findings, lastLine } = await runMeridian(["scan", ...asked, "--format", "ndjson", regression]);
    const fired = new Set(findings.map(({ rule, event }) => `${event.file} ${rule.id}`));
    const silent = events.filter((name) => !fired.has(`${join(regression, name)} ${name.slice(0, -".json".length)}`));
    assert.deepEqual(silent, []);
    assert.equal(events.length, 98);
    assert.match(lastLine, /^\d+ events, \d+ findings, 3755 rules, 0 unreadable$/);
  });

  async function scan(path: string, how: Partial<ScannerSettings>): Promise<string[]> {
    const found: string[] = [];
    const signal = new AbortController().signal;
    await runScan(
      {
        ruleSet,
        tasks: planLog(path, {}, signal),
        settings: { index: true, routing: true, limits: {}, ...how },
        workers: 0,
        suppressFor: 0,
        signal,
      },
      { finding: (json) => void found.push(json), problem() {}, progress() {} },
    );
    return found;
  }

  test("on real events every finding is explained: the rule holds, for reasons that the event has", async () => {
    const findings = (await scan(otrf, {})).map((json) => JSON.parse(json) as ToldFinding);
    const byRecord = Map.groupBy(findings, ({ event }) => event.index);
    const rules = new Map(ruleSet.detections.map((rule) => [rule.id, rule]));
    const recognise = loadKinds(ownSources);
    let explained = 0;
    for await (const batch of readLog(openPath(otrf, otrf))) {
      for (const record of batch.records) {
        for (const { rule } of byRecord.get(record.index) ?? []) {
          const { matches, routed } = explain(rules.get(rule.id)!, toEvent(record, recognise));
          assert.ok(matches && routed, `${rule.title}, record ${record.index}`);
          explained++;
        }
      }
    }
    assert.ok(explained > 100);
    assert.equal(explained, findings.length);
  });

  test("on real events the index changes nothing but the time it takes", async () => {
    assert.deepEqual(await scan(otrf, { index: false }), await scan(otrf, {}));
  });
});
