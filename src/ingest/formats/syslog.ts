import type { JsonObject } from "#sigma";
import { addField, putField, type Fields } from "./put-field.ts";

/** Numerical codes of RFC 5424, table 1, by their usual short names. */
const facilities =
  "kern user mail daemon auth syslog lpr news uucp cron authpriv ftp ntp audit alert clock local0 local1 local2 local3 local4 local5 local6 local7".split(
    " ",
  );
/** RFC 5424, table 2. */
const severities = "emerg alert crit err warning notice info debug".split(" ");

const priority = /^<(\d{1,3})>/;
const version1 = /^1 (\S{1,64}) (\S{1,255}) (\S{1,48}) (\S{1,128}) (\S{1,32}) /;
/** RFC 3164, with the year, fraction or zone that some devices add; the star of a Cisco clock that is not set. */
const bsdTime = /^[*.]?([A-Z][a-z]{2} [ \d]\d (?:\d{4} )?\d\d:\d\d:\d\d(?:\.\d{1,9})?(?: [A-Z]{3,5}(?=[ :]))?):? /;
const isoTime = /^(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?) /;
const tag = /^([^\s:[\]]{1,128})(?:\[([^\]\s]{1,64})\])?: ?/;
const host = /^[\w.:%-]{1,255}(?= )/;
/** HPE's controllers write `#ILO 5:`, with a blank. */
const hostAndTag = /^[\w.:-]+ (?:[^\s:[\]]+(?:\[[^\]\s]+\])?|#[A-Za-z]+ \d{1,2}): /;

/** Whether a line has a syslog header; a time alone is not enough unless a host and a tag follow. */
export function isSyslogLine(line: string): boolean {
  const framed = line.replace(/^\d{1,6} (?=<)/, "");
  const pri = priority.exec(framed);
  if (pri) return Number(pri[1]) <= 191;
  if (bsdTime.test(line)) return /^\S+ \S+(?:\[\S+\])?: |^\S+ /.test(line.replace(bsdTime, ""));
  const iso = isoTime.exec(line);
  return iso !== null && hostAndTag.test(line.slice(iso[0].length));
}

/** RFC 5424 and RFC 3164, the priority optional. Times stay as written: RFC 3164 gives no year. */
export function parseSyslog(line: string): JsonObject | undefined {
  const fields: Fields = {};
  let rest = line;
  const pri = priority.exec(line);
  const code = pri ? Number(pri[1]) : 192;
  if (pri && code < 192) {
    fields["facility"] = facilities[code >> 3]!;
    fields["severity"] = severities[code & 7]!;
    rest = line.slice(pri[0].length);
    const header = version1.exec(rest);
    if (header) return parseVersion1(rest.slice(header[0].length), header, fields);
  }
  const time = bsdTime.exec(rest) ?? isoTime.exec(rest);
  if (time) {
    fields["time"] = time[1]!;
    rest = rest.slice(time[0].length);
  } else if (!pri) return undefined;
  if (time && !tag.test(rest)) {
    const name = host.exec(rest);
    if (name) {
      fields["host"] = name[0];
      rest = rest.slice(name[0].length + 1);
    }
  }
  const program = tag.exec(rest);
  if (program) {
    fields["program"] = program[1]!;
    if (program[2] !== undefined) fields["pid"] = program[2];
    rest = rest.slice(program[0].length);
  }
  fields["message"] = rest;
  return fields;
}

function parseVersion1(rest: string, header: RegExpExecArray, fields: Fields): JsonObject {
  ["time", "host", "program", "pid", "msgid"].forEach((name, at) => {
    const value = header[at + 1]!;
    if (value !== "-") fields[name] = value;
  });
  const { structured, length } = parseStructured(rest);
  if (structured) fields["structured"] = structured;
  const message = rest.slice(length).replace(/^ /, "");
  fields["message"] = message.startsWith("\ufeff") ? message.slice(1) : message;
  return fields;
}

/** RFC 5424, section 6.3: `-`, or elements `[id name="value" …]` in which `"`, `\` and `]` are escaped. */
function parseStructured(text: string): { structured?: Fields; length: number } {
  if (text[0] !== "[") return { length: text[0] === "-" ? 1 : 0 };
  const structured: Fields = {};
  const element = /\[([^\s=\]"]{1,128})((?: [^\s=\]"]{1,128}="[^"\\\]]*(?:\\.[^"\\\]]*)*")*) ?\]/y;
  let length = 0;
  for (let found = element.exec(text); found; found = element.exec(text)) {
    const params: Fields = {};
    for (const [, name, value] of found[2]!.matchAll(/ ([^\s=\]"]+)="([^"\\]*(?:\\.[^"\\]*)*)"/gs)) {
      addField(params, name!, value!.replace(/\\(["\\\]])/g, "$1"));
    }
    putField(structured, found[1]!, params);
    length = element.lastIndex;
  }
  return length > 0 ? { structured, length } : { length: 0 };
}
