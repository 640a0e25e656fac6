import type { FormatName } from "../contract.ts";
import { parseAccessLine } from "./access-log.ts";
import { parseCef } from "./cef.ts";
import { readCsv } from "./read-csv.ts";
import { readJournal } from "./journald-export.ts";
import { readJsonValues } from "./json-values.ts";
import { parseLeef } from "./leef.ts";
import { readNdjson } from "./ndjson.ts";
import { readAuditd } from "./read-auditd.ts";
import { readSyslog } from "./read-syslog.ts";
import type { Reader } from "./reading.ts";
import { readText, textLines } from "./text-lines.ts";
import { readW3c } from "./w3c.ts";
import { readZeek } from "./zeek.ts";

/** The reader of each text format. */
export function readerOf(format: Exclude<FormatName, "evtx">): Reader {
  return readers[format];
}

const readers: Readonly<Record<Exclude<FormatName, "evtx">, Reader>> = {
  ndjson: readNdjson,
  "json-array": readJsonValues,
  "json-concatenated": readJsonValues,
  "json-envelope": readJsonValues,
  syslog: readSyslog,
  cef: textLines(() => parseCef),
  leef: textLines(() => parseLeef),
  auditd: readAuditd,
  "journald-export": readJournal,
  csv: readCsv,
  "access-log": textLines(() => parseAccessLine),
  w3c: readW3c,
  zeek: readZeek,
  text: readText,
};
