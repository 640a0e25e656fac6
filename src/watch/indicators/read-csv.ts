import { Gathered, plain, plainLabels } from "./gather.ts";
import { type IndicatorType, indicatorTypes, longestValue, type ReadIndicators, readValue } from "./indicator.ts";
import type { ReadingWishes } from "./read-lines.ts";
import { readInstant } from "./read-instant.ts";

const roles = ["value", "type", "from", "until", "labels", "reference", "confidence"] as const;
type Role = (typeof roles)[number];

/** What people call their columns, in lower case without blanks, dots and underscores. The first that is there is taken. */
const names: Readonly<Record<Role, readonly string[]>> = {
  value: [
    ..."indicator,indicatorvalue,value,ioc,iocvalue,observable,dstip,ipaddress,ip,ipv4,srcip,address,network,cidr".split(
      ",",
    ),
    ..."domain,domainname,fqdn,hostname,host,url,sha256hash,sha256,sha1hash,sha1,md5hash,md5,hash,filehash,email,user,username".split(
      ",",
    ),
  ],
  type: ["type", "indicatortype", "ioctype", "kind", "observabletype"],
  from: ["validfrom", "firstseen", "firstseenutc", "from", "start", "dateadded", "created"],
  until: ["validuntil", "expires", "expiresat", "expiration", "expirationdate", "expiry", "until", "end"],
  labels: ["labels", "label", "tags", "tag", "malware", "malwareprintable", "threat", "category"],
  reference: ["reference", "references", "link", "source", "report", "urlhauslink", "description", "comment"],
  confidence: ["confidence", "confidencelevel", "score"],
};

/** A map, not an object: words come from outside, and `constructor` is to be none. */
function byWord(words: Partial<Record<IndicatorType, string>>): ReadonlyMap<string, IndicatorType> {
  return new Map(indicatorTypes.flatMap((type) => (words[type] ?? "").split(",").map((word) => [word, type] as const)));
}

/** What a column's name says of its values. */
const typeOfName = byWord({
  ip: "dstip,ipaddress,ip,ipv4,srcip",
  cidr: "network,cidr",
  domain: "domain,domainname,fqdn,hostname",
  url: "url",
  hash: "sha256hash,sha256,sha1hash,sha1,md5hash,md5,hash,filehash",
  user: "email,user,username",
});

/** What people call types, in a column of types. */
const typeOfWord = byWord({
  ip: "ip,ipv4,ipv6,ipaddr,ipaddress,ipv4-addr,ipv6-addr,ipdst,ipsrc",
  cidr: "cidr,network",
  domain: "domain,domainname,domain-name,hostname,fqdn",
  url: "url,uri",
  hash: "md5,sha1,sha256,hash,filehash,md5hash,sha1hash,sha256hash",
  user: "user,username,account,email,emailaddr,email-addr,emailsrc",
});

/** Longer records are no indicators but a quote that nobody closed. */
const longestRecord = 64 * 1024;
const mostColumns = 200;

/**
 * RFC 4180 with what feeds make of it: commas, semicolons or tabs; lines of `#` before the header, the last of which may
 * be the header itself. Without a header that names a column of values, the first column that holds one is it.
 */
export function readCsv(text: string, { type, reach }: ReadingWishes): ReadIndicators {
  const gathered = new Gathered();
  const { start, header: above } = skipComments(text);
  const separator = separatorOf(above ?? text.slice(start, start + longestRecord).split("\n", 1)[0]!);
  const records = recordsOf(text, start, separator);
  let columns = above === undefined ? undefined : columnsOf([...recordsOf(above, 0, separator)][0]?.cells ?? []);
  for (const { line, cells, broken } of records) {
    if (cells.length === 1 && cells[0]!.trim() === "") continue;
    const at = `line ${line}`;
    if (broken) {
      gathered.leave({ at, code: "bad-value", why: "A quote is not closed, or the record is too long." });
      continue;
    }
    if (!columns) {
      columns = columnsOf(cells);
      if (columns) continue;
      // No header: the first column that holds a value is the one.
      const found = cells.findIndex((cell) => readValue(cell, type, reach));
      columns = { at: { value: Math.max(found, 0) }, names: [] };
    }
    if (cells.length === 1 && cells[0]!.startsWith("#")) continue;
    const cell = (role: Role): string => {
      const place = columns!.at[role];
      return place === undefined ? "" : (cells[place] ?? "").trim();
    };
    const written = cell("value");
    if (written === "") {
      gathered.leave({ at, code: "bad-value", why: "It has no value." });
      continue;
    }
    const word = cell("type")
      .toLowerCase()
      .replace(/[\s_.]/g, "");
    const said =
      type ?? typeOfWord.get(word.replace(/[|:].*$/, "")) ?? typeOfWord.get(word.replaceAll("-", "")) ?? columns.type;
    // Feeds of addresses write the port behind it.
    const value = /^\d+\.\d+\.\d+\.\d+:\d+$/.test(written) ? written.slice(0, written.indexOf(":")) : written;
    if (columns.at.type !== undefined && said === undefined && word !== "") {
      gathered.leave({ at, code: "unsupported", why: `Values of type ${word} are not looked for.` });
      continue;
    }
    const read = value.length > longestValue ? undefined : readValue(value, said, reach);
    if (!read) {
      gathered.leave({ at, code: "bad-value", why: `This is no ${said ?? "indicator"}: ${value}` });
      continue;
    }
    const [from, until] = [readInstant(cell("from")), readInstant(cell("until"))];
    const confidence = readConfidence(cell("confidence"));
    gathered.take(
      {
        ...read,
        ...(from !== undefined && { from }),
        ...(until !== undefined && { until }),
        ...(confidence !== undefined && { confidence }),
        labels: plainLabels(cell("labels").split(/[,;|]/)),
        reference: plain(cell("reference"), 1_000),
      },
      at,
    );
  }
  return gathered.done(columns && namesOf(columns));
}

interface Columns {
  readonly at: Partial<Record<Role, number>>;
  readonly names: readonly string[];
  /** Of all values, where the column's name says it. */
  readonly type?: IndicatorType;
}

/** Undefined where no cell names a column of values: then it is no header. */
function columnsOf(cells: readonly string[]): Columns | undefined {
  const plainNames = cells.map((cell) =>
    cell
      .replace(/^#/, "")
      .trim()
      .toLowerCase()
      .replace(/[\s_.-]/g, ""),
  );
  const at: Partial<Record<Role, number>> = {};
  for (const role of roles) {
    const found = names[role].find((name) =>
      plainNames.some((cell, place) => cell === name && !Object.values(at).includes(place)),
    );
    if (found !== undefined) at[role] = plainNames.indexOf(found);
  }
  if (at.value === undefined) return undefined;
  const type = typeOfName.get(plainNames[at.value]!);
  return { at, names: cells.map((cell) => plain(cell.trim(), 100)), ...(type && { type }) };
}

function namesOf({ at, names: written }: Columns): Record<string, string> {
  return Object.fromEntries(Object.entries(at).map(([role, place]) => [role, written[place] ?? `column ${place + 1}`]));
}

/** As STIX 2.1, appendix A, has them on its scale of low, medium and high. */
const confidenceOfWord = new Map([
  ["low", 15],
  ["medium", 50],
  ["high", 85],
]);

function readConfidence(text: string): number | undefined {
  const number = /^\d{1,3}$/.test(text) ? Number(text) : confidenceOfWord.get(text.toLowerCase());
  return number !== undefined && number <= 100 ? number : undefined;
}

function skipComments(text: string): { start: number; header?: string } {
  let start = text.startsWith("\u{feff}") ? 1 : 0;
  let last: string | undefined;
  while (text[start] === "#") {
    const end = text.indexOf("\n", start);
    const line = text
      .slice(start + 1, end < 0 ? text.length : end)
      .slice(0, longestRecord)
      .trim();
    if (line !== "") last = line;
    start = end < 0 ? text.length : end + 1;
  }
  const header = last === undefined ? [] : [...recordsOf(last, 0, separatorOf(last))];
  return header[0] && header[0].cells.length > 1 && columnsOf(header[0].cells) ? { start, header: last! } : { start };
}

function separatorOf(line: string): string {
  const counts = [",", ";", "\t"].map((one) => [one, line.split(one).length] as const);
  return counts.reduce((best, one) => (one[1] > best[1] ? one : best))[0];
}

interface CsvRecord {
  /** Of its first character. */
  readonly line: number;
  readonly cells: readonly string[];
  readonly broken: boolean;
}

/** One pass over the text; a record that is too long ends at its first line, and the next line begins anew. */
function* recordsOf(text: string, start: number, separator: string): Generator<CsvRecord> {
  let at = start;
  let line = 1;
  for (let seen = 0; (seen = text.indexOf("\n", seen)) >= 0 && seen < start; seen++) line++;
  while (at < text.length) {
    const from = at;
    const first = line;
    const cells: string[] = [];
    let broken = false;
    for (let more = true; more;) {
      while (text[at] === " ") at++;
      let cell = "";
      if (text[at] === '"') {
        at++;
        for (let open = true; open;) {
          const quote = text.indexOf('"', at);
          if (quote < 0 || quote - from > longestRecord) {
            broken = true;
            break;
          }
          cell += text.slice(at, quote);
          at = quote + 1;
          if (text[at] === '"') cell += text[at++]!;
          else open = false;
        }
        if (broken) break;
      }
      const begun = at;
      while (at < text.length && text[at] !== separator && text[at] !== "\n") at++;
      if (cells.length < mostColumns) cells.push(cell + text.slice(begun, at).replace(/\r$/, ""));
      more = text[at] === separator;
      if (more) at++;
    }
    if (broken || at - from > longestRecord) {
      const end = text.indexOf("\n", from);
      at = end < 0 ? text.length : end;
      broken = true;
    } else
      for (let seen = text.indexOf("\n", from); seen >= 0 && seen < at; seen = text.indexOf("\n", seen + 1)) line++;
    at++;
    line++;
    yield { line: first, cells, broken };
  }
}
