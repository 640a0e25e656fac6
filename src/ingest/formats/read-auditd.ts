import { isUtf8 } from "node:buffer";
import { parseAudit, type AuditRecord } from "./auditd.ts";
import { decodeText } from "./decode-text.ts";
import { Lines } from "./lines.ts";
import type { Fields } from "./put-field.ts";
import { reportTooLong, type Reader } from "./reading.ts";
import { noteBadUtf8 } from "./text-lines.ts";

/** Records that one event is waited for; a real one has some dozens at most. */
const eventAtMost = 256;

interface Waiting {
  readonly record: AuditRecord;
  readonly offset: number;
  readonly length: number;
  readonly badUtf8: boolean;
}

/**
 * Every record stays an event of its own, because rules name a record's `type` together with its fields and `a0` means
 * one thing in SYSCALL and another in EXECVE. What only the records of one event say together is added to its EXECVE
 * under `process`: the command line, and who ran which program where.
 */
export const readAuditd: Reader = async function* (reading) {
  const { window, batching } = reading;
  const lines = new Lines(reading);
  let event: Waiting[] = [];
  function flush(): void {
    describeProcess(event.map(({ record }) => record));
    for (const { record, offset, length, badUtf8 } of event) {
      if (badUtf8) noteBadUtf8(reading, offset);
      batching.add("auditd", offset, length, record.fields);
    }
    event = [];
  }
  while (await lines.more()) {
    const { bytes } = window;
    const { ascii, utf8 } = lines;
    while (lines.next()) {
      const { from, to, offset, length } = lines;
      if (to === from) continue;
      if (lines.tooLong) {
        flush();
        reportTooLong(reading, offset, length);
        continue;
      }
      const line = decodeText(bytes, from, to, ascii);
      const record = parseAudit(line);
      const badUtf8 = !utf8 && !isUtf8(bytes.subarray(from, to));
      if (event.length > 0 && (record?.id !== event[0]!.record.id || event.length >= eventAtMost)) flush();
      if (record) event.push({ record, offset, length, badUtf8 });
      else {
        if (badUtf8) noteBadUtf8(reading, offset);
        batching.add("text", offset, length, { message: line });
      }
      if (batching.full) yield batching.take(window.consumed);
    }
    if (!batching.empty) yield batching.take(window.consumed);
  }
  flush();
};

const ofProcess = ["exe", "comm", "pid", "ppid", "uid", "euid", "auid", "ses", "tty", "UID", "EUID", "AUID", "key"];

function describeProcess(records: readonly AuditRecord[]): void {
  const run = records.filter(({ type }) => type === "EXECVE");
  if (run.length === 0) return;
  const call = records.find(({ type }) => type === "SYSCALL")?.fields ?? {};
  const cwd = records.find(({ type }) => type === "CWD")?.fields["cwd"];
  const process: Fields = {};
  for (const name of ofProcess) if (call[name] !== undefined) process[name] = call[name];
  if (cwd !== undefined) process["cwd"] = cwd;
  process["command_line"] = commandLine(run.map(({ fields }) => fields));
  run[0]!.fields["process"] = process;
}

function commandLine(parts: readonly Fields[]): string {
  const args = new Map<number, string>();
  for (const fields of parts) {
    for (const [name, value] of Object.entries(fields)) {
      const argument = /^a(\d{1,6})$/.exec(name);
      if (argument && typeof value === "string") {
        const at = Number(argument[1]);
        args.set(at, (args.get(at) ?? "") + value);
      }
    }
  }
  return [...args]
    .sort(([a], [b]) => a - b)
    .map(([, value]) => value)
    .join(" ");
}
