import { eventTime, findLogs, loadEveryKind, loadKinds, openPath, readLog, toEvent, type LogRecord } from "#ingest";
import { ownSources } from "#detect";
import { explain, type CorrelationRule, type DetectionRule, type RuleSet } from "#sigma";
import { misuse, oneOf, readArguments } from "../arguments.ts";
import type { Verb } from "../main.ts";
import { refuse } from "../refuse.ts";
import { printable } from "../printable.ts";
import { loadSource, rulePathsOr } from "../rule-source.ts";
import { correlationInWords, explanationInWords, ruleInWords } from "./in-words.ts";
import { ruleSql, sqlInWords } from "./rule-sql.ts";

const help = `usage: meridian rules explain RULE [options]

Says what a rule asks; with --event, why it holds for an event or doesn't, test by test. RULE is an id, a name, a title
(or the only title that contains it) or a file.

  --rules PATH        where to look for the rule; may be given several times (default: the rules that come with Meridian)
  --event LOG         a log file, or - for standard input
  --index N           the record's number in it, as findings tell it (default: the first 3 that the rule holds for, or 0)
  --sql               the rule as ClickHouse SQL, and what of it the stored events are asked first
  --kind KEY          with --sql: only for kinds of events with KEY in their name, such as "windows/sysmon/1 (winevent)";
                      may be given several times (default: all that the rule's log source fits)
  --pipeline FILE     rewrite the rule by this pySigma processing pipeline; may be given several times
  --placeholders FILE YAML: values for placeholders
  --format FORMAT     text (default) or json

exit codes: 0 done; with --event: the rule holds · 1 with --event: it doesn't · 2 the command is not usable`;

export const explainVerb: Verb = async (args, signal) => {
  const { values, positionals } = readArguments("rules explain", args, {
    rules: { type: "string", multiple: true },
    event: { type: "string" },
    index: { type: "string" },
    sql: { type: "boolean", default: false },
    kind: { type: "string", multiple: true },
    placeholders: { type: "string" },
    pipeline: { type: "string", multiple: true },
    format: { type: "string", default: "text" },
    help: { type: "boolean", short: "h", default: false },
  });
  if (values.help) {
    console.log(help);
    return 0;
  }
  const format = oneOf("rules explain", "--format", values.format, ["text", "json"] as const);
  const wanted = positionals[0];
  if (wanted === undefined || positionals.length > 1) throw misuse("rules explain", "name one rule");
  const index = values.index === undefined ? undefined : Number(values.index);
  if (index !== undefined && !(Number.isInteger(index) && index >= 0)) {
    throw misuse("rules explain", `--index takes a record's number, counted from 0; not "${values.index}"`);
  }
  if (values.kind && !values.sql) throw misuse("rules explain", "--kind chooses what --sql is for");
  const named = wanted.endsWith(".yml") || wanted.endsWith(".yaml") ? [wanted] : undefined;
  const paths = rulePathsOr(values.rules ?? named);
  const { ruleSet } = await loadSource({
    paths,
    placeholders: values.placeholders,
    pipelines: values.pipeline,
    cache: true,
  });
  const rule = findRule(ruleSet, wanted);
  if (values.sql) {
    if (rule.kind === "correlation")
      throw misuse("rules explain", "a correlation has no SQL of its own: explain the rules that it is made of");
    const told = ruleSql(rule, loadEveryKind(ownSources), values.kind);
    console.log(format === "json" ? JSON.stringify(told, null, 2) : sqlInWords(told));
    return 0;
  }
  if (rule.kind === "correlation") {
    if (values.event !== undefined)
      throw misuse("rules explain", "a correlation is not about one event: explain the rules that it is made of");
    console.log(format === "json" ? JSON.stringify(rule, null, 2) : correlationInWords(rule));
    return 0;
  }
  if (values.event === undefined) {
    console.log(format === "json" ? JSON.stringify(rule, null, 2) : ruleInWords(rule));
    return 0;
  }
  const told = await explainEvents(rule, values.event, index, signal);
  if (told.length === 0) throw refuse("no-record", { path: values.event, index: index ?? 0 });
  console.log(
    format === "json"
      ? JSON.stringify(
          told.map(({ record, explanation }) => ({ index: record.index, offset: record.offset, ...explanation })),
          null,
          2,
        )
      : [
          ruleHead(rule),
          ...told.map(({ record, explanation, time }) => explanationInWords(explanation, record, time)),
        ].join("\n\n"),
  );
  return told.some(({ explanation }) => explanation.matches) ? 0 : 1;
};

const explainedAtMost = 3;

/** The asked-for record; or the first few that the rule holds for; or, when it holds for none, the first of all. */
async function explainEvents(rule: DetectionRule, path: string, index: number | undefined, signal: AbortSignal) {
  const recognise = loadKinds(ownSources);
  const told: ReturnType<typeof tell>[] = [];
  let first: ReturnType<typeof tell> | undefined;
  function tell(record: LogRecord) {
    const event = toEvent(record, recognise);
    return { record, explanation: explain(rule, event), time: eventTime(event.body, event.kind) };
  }
  for await (const log of findLogs([path])) {
    if (log.kind === "problem") throw refuse("unreadable", { why: printable(log.message) });
    for await (const batch of readLog(openPath(log.path, log.path), { signal })) {
      for (const record of batch.records) {
        if (index !== undefined) {
          if (record.index === index) return [tell(record)];
          continue;
        }
        const one = tell(record);
        first ??= one;
        if (one.explanation.matches) told.push(one);
        if (told.length === explainedAtMost) return told;
      }
    }
  }
  return told.length > 0 || first === undefined ? told : [first];
}

function findRule(ruleSet: RuleSet, wanted: string): DetectionRule | CorrelationRule {
  const rules = [...ruleSet.detections, ...ruleSet.correlations];
  const found =
    rules.find(
      (rule) => rule.id === wanted || rule.name === wanted || rule.title === wanted || rule.source.file === wanted,
    ) ??
    onlyOne(
      rules.filter((rule) => rule.title.toLowerCase().includes(wanted.toLowerCase())),
      wanted,
    );
  if (found) return found;
  const aside = ruleSet.setAside.find((rule) => rule.id === wanted || rule.title === wanted || rule.file === wanted);
  if (aside) throw refuse("set-aside", { title: aside.title, why: aside.reason.message, advice: aside.reason.advice });
  throw refuse("unknown-rule", { wanted });
}

function onlyOne<T extends { readonly id: string; readonly title: string }>(
  rules: readonly T[],
  wanted: string,
): T | undefined {
  if (rules.length <= 1) return rules[0];
  const some = rules.slice(0, 8).map(({ id, title }) => `  ${id}  ${title}`);
  throw refuse("many-rules", { wanted, count: rules.length, some: some.join("\n") });
}

function ruleHead(rule: DetectionRule): string {
  return `${printable(rule.title)}\n${rule.id}  ${rule.source.file}:${rule.source.line}`;
}
