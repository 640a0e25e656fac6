import type { FormatName } from "../contract.ts";
import { isAccessLine } from "./access-log.ts";
import { isAuditLine } from "./auditd.ts";
import { isCefLine } from "./cef.ts";
import { looksLikeCsv } from "./csv.ts";
import { looksLikeJournal } from "./journald-export.ts";
import { isLeefLine } from "./leef.ts";
import { isSyslogLine } from "./syslog.ts";

const linesLookedAt = 64;

/** More telling formats first: a CEF line may have a syslog header. */
const byLine: readonly (readonly [FormatName, (line: string) => boolean])[] = [
  ["cef", isCefLine],
  ["leef", isLeefLine],
  ["auditd", isAuditLine],
  ["access-log", isAccessLine],
  ["syslog", isSyslogLine],
];

/** Which of the text formats a file's first bytes are: the one that at least half of the lines have. */
export function sniffLines(head: Buffer): FormatName {
  const text = head.toString("utf8");
  if (text.startsWith("#separator ") || /^#fields\t/m.test(text)) return "zeek";
  if (/^#Fields:/m.test(text) || /^#(?:Software|Version):/.test(text)) return "w3c";
  if (looksLikeJournal(text)) return "journald-export";
  const lines = text.split("\n", linesLookedAt + 1);
  const whole = (lines.length > 1 ? lines.slice(0, -1) : lines).map((line) => line.replace(/\r$/, "")).filter(Boolean);
  for (const [format, recognises] of byLine) {
    const votes = whole.filter((line) => recognises(line.slice(0, 4096))).length;
    if (votes > 0 && votes * 2 >= whole.length) return format;
  }
  return looksLikeCsv(text) ? "csv" : "text";
}
