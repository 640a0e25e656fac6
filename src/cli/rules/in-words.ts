import { styleText } from "node:util";
import {
  ANY,
  ONE,
  type CorrelationRule,
  type DetectionRule,
  type ExplainedNode,
  type Explanation,
  type Expr,
  type LogSource,
  type Pattern,
  type RuleExpr,
  type ValueTest,
} from "#sigma";
import type { LogRecord } from "#ingest";
import { defaultLevel } from "#detect";
import { levelSigns } from "../report/report.ts";
import { printable, printableLines } from "../printable.ts";

/** What a rule asks, for people. */
export function ruleInWords(rule: DetectionRule): string {
  const level = rule.level ?? defaultLevel;
  const lines = [
    printable(rule.title),
    `${printable(rule.id)}  ${printable(rule.source.file)}:${rule.source.line}`,
    `${levelSigns[level]} ${level}${rule.status === undefined ? "" : `, ${rule.status}`}  ${printable(rule.tags.join(" "))}`,
    ...(rule.description === undefined ? [] : ["", printableLines(rule.description.trim())]),
    "",
    `Asked of ${sourceInWords(rule.logsource)}. It holds when`,
    ...exprLines(rule.plan, 1),
    ...(rule.filteredBy.length > 0 ? ["", `Filters in it: ${rule.filteredBy.join(", ")}`] : []),
    ...(rule.falsepositives.length > 0
      ? ["", `Known false positives: ${printable(rule.falsepositives.join("; "))}`]
      : []),
  ];
  return lines.join("\n");
}

export function correlationInWords(rule: CorrelationRule): string {
  const { condition } = rule;
  const asked =
    condition.kind === "rules"
      ? rulesInWords(condition.expr)
      : condition.bounds.map((bound) => `${boundWords[bound.is]} ${bound.number}`).join(" and ");
  const of = condition.kind === "bounds" && condition.field.length > 0 ? ` of ${condition.field.join(", ")}` : "";
  return [
    printable(rule.title),
    `${printable(rule.id)}  ${printable(rule.source.file)}:${rule.source.line}`,
    "",
    `${rule.type}${of} ${asked}, within ${rule.timespan / 1000} s${rule.groupBy.length > 0 ? `, for each ${rule.groupBy.join(", ")}` : ""}`,
    `over the rules ${rule.rules.join(", ")}, which ${rule.generate ? "alert by themselves, too" : "do not alert by themselves"}`,
  ].join("\n");
}

const boundWords = { eq: "=", neq: "≠", gt: ">", gte: "≥", lt: "<", lte: "≤" } as const;

function rulesInWords(expr: RuleExpr): string {
  if (expr.kind === "rule") return expr.rule;
  if (expr.kind === "not") return `not ${rulesInWords(expr.of)}`;
  return `(${expr.of.map(rulesInWords).join(` ${expr.kind} `)})`;
}

/** Why a rule holds for one event, or doesn't. */
export function explanationInWords(explanation: Explanation, record: LogRecord, time: number | undefined): string {
  const { routed, mismatches, changedBy, refusal, tree, matches, kind } = explanation;
  const lines = [
    `${mark(matches)} record ${record.index}, byte ${record.offset}${time === undefined ? "" : `, ${new Date(time).toISOString()}`}, taken for ${kind}: ${matches ? "the rule holds" : "the rule does not hold"}`,
  ];
  for (const { key, rule, known } of mismatches) {
    lines.push(
      `  not asked: the rule is for ${key} ${rule}, this event is of ${known.length === 0 ? `no ${key}` : known.join(", ")}`,
    );
  }
  if (changedBy.length > 0) lines.push(`  rewritten for this kind of event by ${changedBy.join(", ")}`);
  if (refusal) lines.push(`  not usable here: ${refusal.pipeline} says ${refusal.reason}`);
  if (tree) lines.push(...(routed ? [] : ["  what it would have said:"]), ...nodeLines(tree, 1));
  return lines.join("\n");
}

function nodeLines(node: ExplainedNode, depth: number): string[] {
  const indent = "  ".repeat(depth);
  switch (node.kind) {
    case "constant":
      return [`${indent}${mark(node.holds)} ${node.holds ? "always" : "never"}`];
    case "not":
      return [`${indent}${mark(node.holds)} not`, ...nodeLines(node.of, depth + 1)];
    case "and":
    case "or":
      return [
        `${indent}${mark(node.holds)} ${node.kind === "and" ? "all of" : "at least one of"}`,
        ...node.of.flatMap((part) => nodeLines(part, depth + 1)),
      ];
    case "test": {
      const { key, value, selection, line } = node.origin;
      const seen = node.seen.slice(0, 3).map((text) => JSON.stringify(shorten(text)));
      const more = node.values > seen.length ? ` and ${node.values - seen.length} more` : "";
      const event =
        node.field === "" && !node.holds
          ? "nowhere in the event"
          : node.values === 0
            ? "the event has no such field"
            : `the event has ${seen.join(", ")}${more}`;
      return [
        `${indent}${mark(node.holds)} ${key || "keyword"}: ${JSON.stringify(shorten(value))}  ${styleText("gray", `${selection}, line ${line}; ${printable(event)}`)}`,
      ];
    }
  }
}

function mark(holds: boolean): string {
  return holds ? styleText("green", "✔") : styleText("red", "✘");
}

function shorten(text: string): string {
  return printable(text.length > 120 ? `${text.slice(0, 119)}…` : text);
}

function exprLines(expr: Expr, depth: number): string[] {
  const indent = "  ".repeat(depth);
  switch (expr.kind) {
    case "constant":
      return [`${indent}${expr.value ? "always" : "never"}`];
    case "not":
      return [`${indent}not`, ...exprLines(expr.of, depth + 1)];
    case "and":
    case "or":
      return [
        `${indent}${expr.kind === "and" ? "all of" : "at least one of"}`,
        ...expr.of.flatMap((part) => exprLines(part, depth + 1)),
      ];
    case "keyword":
      return [`${indent}anywhere in the event: ${testInWords(expr.test)}`];
    case "field":
      return [`${indent}${expr.field} ${testInWords(expr.test)}`];
  }
}

function testInWords(test: ValueTest): string {
  switch (test.op) {
    case "like":
      return `is like ${patternInWords(test.pattern)}${test.cased ? " (in this case of letters)" : ""}`;
    case "regex":
      return `matches /${printable(test.source)}/${test.ignoreCase ? "i" : ""}${test.multiline ? "m" : ""}${test.dotAll ? "s" : ""}`;
    case "cidr":
      return `is in the network ${test.network}`;
    case "compare":
      return `${boundWords[test.than]} ${test.number}`;
    case "time":
      return `has ${test.part} ${boundWords[test.is]} ${test.number} (UTC)`;
    case "exists":
      return "is there";
    case "absent":
      return "is not there";
    case "fieldref":
      return `${test.how} the field ${test.field}${test.cased ? " (in this case of letters)" : ""}`;
  }
}

/** As Sigma writes it: a backslash stands for itself unless a wildcard or another backslash follows. */
function patternInWords(pattern: Pattern): string {
  const text = pattern
    .map((part) =>
      part === ANY ? "*" : part === ONE ? "?" : part.replace(/[*?]|\\(?=[\\*?])/g, "\\$&").replace(/\\$/, "\\\\"),
    )
    .join("");
  return `"${shorten(text)}"`;
}

function sourceInWords({ product, category, service }: LogSource): string {
  const parts = [product, service, category].filter((part) => part !== undefined);
  return parts.length === 0 ? "every event" : parts.join(" / ");
}
