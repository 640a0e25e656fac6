import { styleText } from "node:util";
import type { Tally, TimelineStep } from "#detect";
import { type Level, levels } from "#sigma";
import { printable } from "../printable.ts";
import { createFindingsKeeper, type KeptGroup } from "./keep-findings.ts";
import { levelSigns, levelsBySeverity, type Report } from "./report.ts";

export interface TableOptions {
  /** Characters per line. */
  readonly width: number;
  readonly colour: boolean;
}

const rowsShown = 15;
const timelineShown = 40;
const bars = " ▁▂▃▄▅▆▇█";

/** A summary for a terminal: by severity, rule, host and technique, and the findings that matter most on a timeline. */
export function tableReport({ width, colour }: TableOptions): Report {
  const keeper = createFindingsKeeper({ by: "rule and host", groups: timelineShown, examples: 1 });
  const paint = painter(colour);
  return {
    begin: () => "",
    finding(json, rule, time, host) {
      keeper.add(json, rule, time, host);
      return "";
    },
    end({ outcome, rules, setAside }) {
      const { tally } = outcome;
      if (tally.findings === 0) {
        const how = outcome.complete ? "Nothing found" : "Interrupted before anything was found";
        return `\n${how}: ${outcome.events.toLocaleString("en")} events were asked by ${rules.toLocaleString("en")} rules.\n`;
      }
      const parts = [
        bySeverity(tally, paint),
        section(
          "Rules",
          rows(tally.byRule, ({ rule, count, hosts }) => [
            sign(rule.level, paint),
            count,
            `${rule.title}${hosts > 1 ? ` (${hosts} hosts)` : ""}`,
          ]),
          tally.byRule.length,
        ),
        section(
          "Hosts",
          rows(tally.byHost, ({ host, count, worst }) => [sign(worst, paint), count, host]),
          tally.byHost.length,
        ),
        section(
          "ATT&CK techniques",
          rows(tally.byTechnique, ({ technique, count, rules: by }) => [
            " ",
            count,
            `${technique}  by ${by} rule${by === 1 ? "" : "s"}`,
          ]),
          tally.byTechnique.length,
        ),
        overTime(tally, width),
        worst(keeper.groups, tally.findings, width, paint),
        outcome.suppressed > 0 ? `${outcome.suppressed.toLocaleString("en")} more of the same were held back.` : "",
        setAside.length > 0 ? `${setAside.length} rules were set aside; see them with: meridian rules check` : "",
      ];
      return `\n${parts.filter(Boolean).join("\n\n")}\n`;
    },
  };
}

type Paint = (level: Level, text: string) => string;

function painter(colour: boolean): Paint {
  const formats = {
    critical: ["bold", "red"],
    high: ["red"],
    medium: ["yellow"],
    low: ["cyan"],
    informational: ["gray"],
  } satisfies Record<Level, Parameters<typeof styleText>[0]>;
  return (level, text) => (colour ? styleText(formats[level], text, { validateStream: false }) : text);
}

function sign(level: Level, paint: Paint): string {
  return paint(level, levelSigns[level]);
}

function bySeverity(tally: Tally, paint: Paint): string {
  return levelsBySeverity
    .filter((level) => tally.byLevel[level] > 0)
    .map((level) => `${sign(level, paint)} ${tally.byLevel[level].toLocaleString("en")} ${level}`)
    .join("   ");
}

function rows<T>(items: readonly T[], row: (item: T) => [string, number, string]): string[] {
  const shown = items.slice(0, rowsShown).map(row);
  const digits = Math.max(0, ...shown.map(([, count]) => count.toLocaleString("en").length));
  return shown.map(
    ([mark, count, text]) => `  ${mark} ${count.toLocaleString("en").padStart(digits)}  ${printable(text)}`,
  );
}

function section(title: string, lines: readonly string[], total: number): string {
  if (lines.length === 0) return "";
  const more = total > lines.length ? [`    and ${total - lines.length} more`] : [];
  return [title, ...lines, ...more].join("\n");
}

function overTime({ timeline, first, last, undated }: Tally, width: number): string {
  if (first === undefined || last === undefined) return "";
  const columns = Math.max(10, Math.min(width - 4, 100));
  const sums: number[] = Array.from({ length: Math.min(columns, timeline.steps.length) }, () => 0);
  timeline.steps.forEach((step, at) => {
    sums[Math.floor((at * sums.length) / timeline.steps.length)]! += totalOf(step);
  });
  const top = Math.max(...sums);
  const line = sums.map((sum) => bars[sum === 0 ? 0 : Math.max(1, Math.round((sum / top) * 8))]).join("");
  const lost = undated > 0 ? `, ${undated.toLocaleString("en")} without a time` : "";
  return `Over time, ${utc(first)} to ${utc(last)} UTC${lost}\n  ${line}`;
}

/** What is worst, once for each rule and host, in the order of time. */
function worst(groups: readonly KeptGroup[], total: number, width: number, paint: Paint): string {
  const shown = groups.slice(0, timelineShown).toSorted((a, b) => (a.first || 0) - (b.first || 0));
  const lines = shown.flatMap(({ rule, count, first, last, examples }) => {
    const { host, file, index } = examples[0]!.event;
    const times =
      count > 1 ? `  ×${count.toLocaleString("en")}${last > first ? ` until ${until(first, last)}` : ""}` : "";
    const text = `${Number.isNaN(first) ? "no time".padEnd(19) : utc(first)}  ${levelSigns[rule.level]} ${printable(rule.title)}${times}`;
    const on = host === undefined ? "" : `${clip(printable(host), 40)}  `;
    // The place is never clipped: it is what gets copied from here.
    return [`  ${paint(rule.level, clip(text, width - 2))}`, `${" ".repeat(25)}${on}${printable(`${file}:${index}`)}`];
  });
  const told = shown.reduce((sum, { count }) => sum + count, 0);
  const rest =
    total > told ? [`    and ${(total - told).toLocaleString("en")} more; --format html or ndjson tells them`] : [];
  const title = total > told ? "The most severe findings in order of time (UTC)" : "Findings in order of time (UTC)";
  return [title, ...lines, ...rest].join("\n");
}

/** The later time, without the day when that is the same. */
function until(first: number, last: number): string {
  const [from, to] = [utc(first), utc(last)];
  return from.slice(0, 10) === to.slice(0, 10) ? to.slice(11) : to;
}

function utc(time: number): string {
  return new Date(time).toISOString().slice(0, 19).replace("T", " ");
}

function totalOf(step: TimelineStep): number {
  return levels.reduce((sum, level) => sum + step[level], 0);
}

function clip(text: string, width: number): string {
  return text.length > width ? `${text.slice(0, Math.max(1, width - 1))}…` : text;
}
