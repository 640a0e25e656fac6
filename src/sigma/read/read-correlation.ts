import type { CorrelationRule, CorrelationType } from "../rule.ts";
import { readCorrelationCondition } from "./correlation-condition.ts";
import { listOf, readMetadata, textOf } from "./metadata.ts";
import type { DocumentContext } from "./read-document.ts";
import type { Report } from "./report.ts";
import { readTimespan } from "./timespan.ts";
import { entryOf, type YamlMap } from "./yaml/node.ts";

const types: readonly CorrelationType[] = [
  "event_count",
  "value_count",
  "value_sum",
  "value_avg",
  "value_percentile",
  "temporal",
  "temporal_ordered",
];

const knownKeys = new Set([
  "type",
  "rules",
  "group-by",
  "timespan",
  "aliases",
  "generate",
  "condition",
  "field",
  "fields",
]);

/** A document with `correlation`; undefined after an error. */
export function readCorrelation(root: YamlMap, context: DocumentContext): CorrelationRule | undefined {
  const { report, source } = context;
  const metadata = readMetadata(root, source, report);
  const correlation = entryOf(root, "correlation");
  if (!correlation || correlation.value.kind !== "map") {
    report.error(
      correlation?.keyAt ?? root.at,
      "correlation-form",
      "'correlation' has to be a map.",
      "Give it type, rules, timespan and condition.",
    );
    return undefined;
  }
  const { value: map, keyAt } = correlation;
  warnOfUnknownKeys(map, report);
  const type = typeOf(map, keyAt, report);
  const timespan = timespanOf(map, keyAt, report);
  const written = listOf(map, "rules", report);
  const condition = type && readCorrelationCondition(map, keyAt, type, written, context);
  const rules = written.length > 0 ? written : (condition?.named ?? []);
  if (rules.length === 0) {
    report.error(
      entryOf(map, "rules")?.keyAt ?? keyAt,
      "correlation-rules-missing",
      "The correlation names no rules.",
      "List the ids or names of the rules under `rules`.",
    );
  }
  if (new Set(rules).size < rules.length && type !== "temporal_ordered") {
    report.warning(
      entryOf(map, "rules")!.keyAt,
      "correlation-rule-twice",
      "The correlation names a rule twice.",
      "Name each rule once.",
    );
  }
  const groupBy = listOf(map, "group-by", report);
  const aliases = aliasesOf(map, groupBy, report);
  const generate = generateOf(map, report) ?? generateOf(root, report) ?? false;
  if (!type || timespan === undefined || !condition || report.firstError) return undefined;
  return {
    ...metadata,
    kind: "correlation",
    type,
    rules,
    groupBy,
    timespan,
    aliases,
    generate,
    condition: condition.condition,
  };
}

function warnOfUnknownKeys(map: YamlMap, report: Report): void {
  for (const { key, keyAt } of map.entries) {
    if (knownKeys.has(key)) continue;
    const advice =
      key === "timeframe"
        ? "It is called `timespan`."
        : key === "group_by" || key === "groupby"
          ? "It is called `group-by`."
          : "Remove it, or check its spelling.";
    report.warning(keyAt, "correlation-unknown-key", `'${key}' means nothing in a correlation.`, advice);
  }
}

function typeOf(map: YamlMap, at: number, report: Report): CorrelationType | undefined {
  const text = textOf(map, "type", report);
  const type = types.find((one) => one === text);
  if (!type) {
    const message = text === undefined ? "The correlation has no type." : `'${text}' is no type of correlation.`;
    const advice =
      text === "value_median" ? "Use `value_percentile` with `percentile: 50`." : `Use one of ${types.join(", ")}.`;
    report.error(entryOf(map, "type")?.value.at ?? at, "correlation-type", message, advice);
  }
  return type;
}

function timespanOf(map: YamlMap, at: number, report: Report): number | undefined {
  const text = textOf(map, "timespan", report);
  const timespan = text === undefined ? undefined : readTimespan(text);
  if (timespan === undefined) {
    const message = text === undefined ? "The correlation has no timespan." : `'${text}' is no timespan.`;
    report.error(
      entryOf(map, "timespan")?.value.at ?? at,
      "correlation-timespan",
      message,
      "Write a number and s, m, h or d: `timespan: 90m`.",
    );
  }
  return timespan;
}

function generateOf(map: YamlMap, report: Report): boolean | undefined {
  const entry = entryOf(map, "generate");
  if (!entry) return undefined;
  if (entry.value.kind === "scalar" && typeof entry.value.value === "boolean") return entry.value.value;
  report.error(
    entry.value.at,
    "correlation-generate",
    "'generate' is true or false.",
    "Write `generate: true` if the rules shall alert by themselves too.",
  );
  return undefined;
}

function aliasesOf(map: YamlMap, groupBy: readonly string[], report: Report): CorrelationRule["aliases"] {
  const entry = entryOf(map, "aliases");
  if (!entry) return {};
  if (entry.value.kind !== "map") {
    report.error(
      entry.keyAt,
      "correlation-aliases",
      "'aliases' has to be a map.",
      "Write alias, rule and field: `user: { rule_name: TargetUserName }`.",
    );
    return {};
  }
  return Object.fromEntries(
    entry.value.entries.map(({ key: alias, keyAt, value }): [string, Record<string, string>] => {
      if (value.kind !== "map") {
        report.error(
          keyAt,
          "correlation-aliases",
          `The alias '${alias}' has to be a map from rule to field.`,
          "Write `rule_name: FieldName` below it.",
        );
        return [alias, {}];
      }
      if (!groupBy.includes(alias)) {
        report.warning(
          keyAt,
          "correlation-alias-unused",
          `'group-by' doesn't use the alias '${alias}'.`,
          "Add it to `group-by`, or remove it.",
        );
      }
      return [
        alias,
        Object.fromEntries(
          value.entries.flatMap(({ key: rule, value: field }) => {
            if (field.kind === "scalar" && field.text !== "") return [[rule, field.text] as const];
            report.error(
              field.at,
              "correlation-aliases",
              `The alias '${alias}' needs one field for '${rule}'.`,
              "Write `rule_name: FieldName`.",
            );
            return [];
          }),
        ),
      ];
    }),
  );
}
