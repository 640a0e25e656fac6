import type { Json } from "#sigma";
import { addField, putField, type Fields } from "./put-field.ts";
import { syscallName } from "./syscall-names.ts";

/** Some daemons put the node's name first. */
const head = /^(?:node=(\S+) )?type=([A-Z][A-Z0-9_]*|UNKNOWN\[\d+\]) msg=audit\((\d{1,12})\.(\d{3}):(\d+)\):\s*/;

export function isAuditLine(line: string): boolean {
  return head.test(line);
}

export interface AuditRecord {
  /** `time:serial`, shared by all records of one event. */
  readonly id: string;
  readonly type: string;
  readonly fields: Fields;
}

/**
 * One record of the Linux audit log. Fields that the kernel encodes in hex are decoded, the enriched part's names stand
 * beside the numbers, and what user space put into `msg='…'` stands beside both, as rules expect.
 */
export function parseAudit(line: string): AuditRecord | undefined {
  const found = head.exec(line);
  if (!found) return undefined;
  const [whole, node, type, seconds, millis, serial] = found as unknown as string[];
  const fields: Fields = { type: type! };
  if (node !== undefined) fields["node"] = node;
  fields["audit_id"] = `${seconds}.${millis}:${serial}`;
  fields["time"] = new Date(Number(seconds) * 1000 + Number(millis)).toISOString();
  const [plain = "", enriched = ""] = line.slice(whole!.length).split("\x1d", 2);
  addPairs(fields, plain, type!);
  addPairs(fields, enriched, type!);
  if (type === "EXECVE") joinParts(fields);
  nameSyscall(fields);
  return { id: fields["audit_id"] as string, type: type!, fields };
}

const pair = /([A-Za-z_][\w.\-[\]]{0,63})=(?:"([^"]*)"|'([^']*)'|(\S*))(?:\x01\s*("[^"]*"(?:\x01"[^"]*")*))?/g;

function addPairs(fields: Fields, text: string, type: string): void {
  for (const [, name, quoted, nested, bare, more] of text.matchAll(pair)) {
    if (quoted !== undefined) addField(fields, name!, quoted);
    else if (nested !== undefined && name === "msg") addPairs(fields, nested, type);
    else if (nested !== undefined) addField(fields, name!, nested);
    else if (bare !== "(null)" && bare !== "(none)" && bare !== "?")
      addField(fields, name!, decode(name!, bare!, type));
    for (const [, key] of more?.matchAll(/"([^"]*)"/g) ?? []) addField(fields, name!, key!);
  }
}

/** Text that a process may choose: the kernel quotes it, or writes it in hex when it has quotes, blanks or control bytes. */
const encoded = new Set(
  "comm exe name cwd proctitle key data cmd acct path dev dir file new old filetype vm ocomm watch kernel grp nargs sw root_dir".split(
    " ",
  ),
);

function decode(name: string, value: string, type: string): Json {
  const isArgument = type === "EXECVE" && /^a\d+(?:\[\d+\])?$/.test(name);
  if (!isArgument && !encoded.has(name)) return value;
  if (value.length < 2 || value.length % 2 !== 0 || !/^[0-9A-F]+$/.test(value)) return value;
  const text = Buffer.from(value, "hex").toString("utf8");
  if (name === "proctitle") return text.replace(/\0+$/, "").replaceAll("\0", " ");
  if (name === "key" && text.includes("\x01")) return text.split("\x01");
  return text;
}

/** A long argument comes in parts: `a1_len=9000 a1[0]=… a1[1]=…`, perhaps over several records. */
function joinParts(fields: Fields): void {
  for (const name of Object.keys(fields)) {
    const part = /^(a\d+)\[\d+\]$/.exec(name);
    if (!part) continue;
    const before = fields[part[1]!];
    putField(fields, part[1]!, `${typeof before === "string" ? before : ""}${String(fields[name])}`);
    delete fields[name];
  }
}

/** Rules ask for `SYSCALL: execve`; a log that is not enriched has the number alone. */
function nameSyscall(fields: Fields): void {
  const { arch, syscall } = fields;
  if (fields["SYSCALL"] !== undefined || typeof arch !== "string" || typeof syscall !== "string") return;
  const name = syscallName(arch, Number(syscall));
  if (name !== undefined) fields["SYSCALL"] = name;
}
