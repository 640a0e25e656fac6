import type { Finding } from "#detect";
import { printable } from "../printable.ts";
import type { Report } from "./report.ts";

const columns = [
  "time",
  "level",
  "rule.id",
  "rule.title",
  "host",
  "event.file",
  "event.index",
  "event.offset",
  "kind",
  "techniques",
  "matched",
] as const;

/** RFC 4180, one finding per row, UTF-8 without BOM. */
export function csvReport(): Report {
  return {
    begin: () => `${columns.join(",")}\r\n`,
    finding(json) {
      const { rule, level, event, matched, correlation } = JSON.parse(json) as Finding;
      const why = correlation
        ? `${correlation.type} of ${correlation.eventCount} events by ${JSON.stringify(correlation.group)}`
        : matched.map((one) => `${one.key || "keywords"}=${one.value}`).join("; ");
      const row = [
        event.time ?? "",
        level,
        rule.id,
        rule.title,
        event.host ?? "",
        event.file,
        String(event.index),
        String(event.offset),
        event.kind,
        rule.tags.filter((tag) => /^attack\.t\d/i.test(tag)).join(" "),
        why,
      ];
      return `${row.map(cell).join(",")}\r\n`;
    },
    end: () => "",
  };
}

/**
 * A value that a spreadsheet would run as a formula is disarmed with an apostrophe, and one that a terminal would obey is
 * made printable: logs are written by attackers.
 */
function cell(value: string): string {
  const plain = printable(value);
  const safe = /^[=+\-@]/.test(plain.trimStart()) ? `'${plain}` : plain;
  return /[",]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
