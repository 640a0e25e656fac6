import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import type { DetectionRule } from "#sigma";
import { loadRules } from "../rules/load-rules.ts";
import { planLog } from "../scan/plan-tasks.ts";
import { runScan } from "../scan/run-scan.ts";
import { eventsFor } from "../examples/event-for.ts";
import { recordOf, sourceName } from "../examples/record-of.ts";

const corpus = process.env["MERIDIAN_CORPUS"];
const absent = corpus === undefined || !existsSync(join(corpus, "sigmahq"));
const skip = absent && "MERIDIAN_CORPUS names no folder with the public corpus (sigmahq)";

/** Log sources that no log of their own that we know reaches us from, with the number of rules that wait for them. */
const withoutShape = {
  // Windows itself tells of renamed files without the old name; OCSF's events have both.
  "windows/file_rename/-": 2,
  // A file event of an appliance that writes none: the rule means its audit.
  "paloalto/file_event/globalprotect": 1,
  // A product's export and a family of formats, each without a shape of its own: asked of records that nothing recognises.
  "qualys/-/-": 2,
  "-/-/netflow": 1,
};

/** Rules that no event can meet. Its command line would have to equal a text and to hold another. */
const unsatisfiable = ["53d4bb30-3f36-4e8a-b078-69d36c4a79ff"];

suite("each rule of the public corpus, asked of a record made from its own words", { skip }, () => {
  const folder = mkdtempSync(join(tmpdir(), "meridian-corpus-fires-"));
  after(() => rmSync(folder, { recursive: true }));
  let rules: readonly DetectionRule[] = [];
  const unmet: string[] = [];
  const shapeless = new Map<string, number>();
  const fired = new Set<string>();
  const asked = new Map<string, DetectionRule>();

  before(async () => {
    const sigmahq = join(corpus!, "sigmahq");
    const { ruleSet } = await loadRules(
      readdirSync(sigmahq)
        .filter((name) => name.startsWith("rules"))
        .map((name) => join(sigmahq, name)),
    );
    rules = ruleSet.detections;
    const logs = new Map<string, { lines: string[]; ruleOf: string[] }>();
    for (const rule of rules) {
      const write = recordOf(rule.logsource);
      const name = sourceName(rule.logsource);
      if (!write) {
        shapeless.set(name, (shapeless.get(name) ?? 0) + 1);
        continue;
      }
      const events = eventsFor(rule.plan, 3);
      if (events.length === 0) unmet.push(rule.id);
      else asked.set(rule.id, rule);
      const file = join(folder, `${name.replaceAll("/", "_")}.log`);
      const log = logs.get(file) ?? { lines: [], ruleOf: [] };
      logs.set(file, log);
      for (const event of events) {
        log.lines.push(...write(event, log.ruleOf.length));
        log.ruleOf.push(rule.id);
      }
    }
    for (const [file, { lines }] of logs) writeFileSync(file, `${lines.join("\n")}\n`);
    const signal = new AbortController().signal;
    const tasks = async function* () {
      for (const file of logs.keys()) yield* planLog(file, {}, signal);
    };
    await runScan(
      {
        ruleSet,
        tasks: tasks(),
        settings: { index: true, routing: true, limits: {} },
        workers: 0,
        suppressFor: 0,
        signal,
      },
      {
        finding(json) {
          const { rule, event } = JSON.parse(json) as { rule: { id: string }; event: { file: string; index: number } };
          if (logs.get(event.file)?.ruleOf[event.index] === rule.id) fired.add(rule.id);
        },
        problem() {},
        progress() {},
      },
    );
  });

  test("fires in a log of its own log source, through recognition, routing and pipelines", () => {
    const silent = [...asked.values()].filter(({ id }) => !fired.has(id));
    assert.deepEqual(
      silent.map((rule) => `${sourceName(rule.logsource)} ${rule.id} ${rule.title}`),
      [],
    );
    assert.equal(asked.size, rules.length - unmet.length - [...shapeless.values()].reduce((a, b) => a + b, 0));
  });

  test("can be met by an event, but for those named here", () => assert.deepEqual(unmet, unsatisfiable));

  test("has a log source that some log reaches us from, but for those named here", () =>
    assert.deepEqual(Object.fromEntries(shapeless), withoutShape));
});
