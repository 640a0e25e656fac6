import { levels, type KnownLogSource, type Level } from "#sigma";
import { misuse, oneOf, readArguments } from "../arguments.ts";

export const reportFormats = ["table", "ndjson", "json", "csv", "html", "sarif"] as const;
export type ReportFormat = (typeof reportFormats)[number];

export interface ScanOptions {
  readonly rules: readonly string[];
  readonly logs: readonly string[];
  readonly format: ReportFormat;
  readonly output?: string;
  readonly problems?: string;
  readonly level?: Level;
  readonly failOn?: Level;
  readonly workers?: number;
  /** ms */
  readonly suppress: number;
  readonly placeholders?: string;
  readonly pipelines: readonly string[];
  readonly exactKeys: boolean;
  readonly recordBytes?: number;
  readonly as?: KnownLogSource;
  readonly strict: boolean;
  readonly quiet: boolean;
  readonly cache: boolean;
  readonly index: boolean;
  readonly routing: boolean;
}

export const scanHelp = `usage: meridian scan [--rules PATH]… [options] LOG…

Asks Sigma rules of log files and tells what they found. LOG is a file, a folder, or - for standard input; the format of
each (JSON, EVTX, syslog, CEF, auditd, CSV …; gzip and zstd too) is recognised by its content. Without --rules the rules
that come with Meridian are asked.

  --rules PATH          a folder of Sigma rules or one rule file; may be given several times
  --format FORMAT       table (default), ndjson, json, csv, html or sarif
  --output FILE         write the report there instead of standard output
  --level LEVEL         only rules of this level and above: informational, low, medium, high, critical
  --suppress TIME       tell of the same rule and host once in this time (90s, 30m, 12h, 7d); default: tell everything
  --pipeline FILE       rewrite the rules by this pySigma processing pipeline; may be given several times
  --placeholders FILE   YAML: values for placeholders, such as "Administrators: [alice, bob]"
  --problems FILE       write everything that could not be read there, as NDJSON with its place
  --as SOURCE           what to take records for that nothing recognises: PRODUCT[/SERVICE[/CATEGORY]] as rules name
                        them, such as linux/sshd or acme//proxy; what is recognised stays as it is
  --fail-on LEVEL       exit with 1 when there is a finding of this level or above
  --strict              exit with 4 when a record could not be read
  --workers N           processes; default one per core, 0 for none but this
  --max-record SIZE     longest record that is read (default 8M); longer ones are counted and passed over
  --exact-keys          look in every JSON line for a key that stands twice, of which the first is hidden; a little
                        slower. Without it, only in lines where an eighth of the text or more is unaccounted for
  --no-cache            read rules and descriptions of sources anew instead of from the cache
  --no-index            ask every rule in turn; slow, finds the same: for checking
  --no-routing          ask rules of events from other log sources too
  --quiet               no progress bar

Standard output has the report alone. The last line on standard error is: N events, N findings, N rules, N unreadable

exit codes: 0 done · 1 a finding reached --fail-on · 2 the command is not usable, there is not one usable rule, or the
report can't be written · 3 a path could not be used (the rest was scanned) · 4 with --strict, a record could not be
read · 130 interrupted, 143 by SIGTERM (the report tells what was found until then)`;

export function scanOptions(args: readonly string[]): ScanOptions {
  const { values, positionals } = readArguments("scan", args, {
    rules: { type: "string", multiple: true },
    format: { type: "string", default: "table" },
    output: { type: "string" },
    level: { type: "string" },
    suppress: { type: "string" },
    placeholders: { type: "string" },
    pipeline: { type: "string", multiple: true },
    problems: { type: "string" },
    "fail-on": { type: "string" },
    as: { type: "string" },
    "exact-keys": { type: "boolean", default: false },
    strict: { type: "boolean", default: false },
    workers: { type: "string" },
    "max-record": { type: "string" },
    "no-cache": { type: "boolean", default: false },
    "no-index": { type: "boolean", default: false },
    "no-routing": { type: "boolean", default: false },
    quiet: { type: "boolean", default: false },
  });
  if (positionals.length === 0) throw usage("name the logs to scan: files, folders, or - for standard input");
  const { output, problems, placeholders } = values;
  return {
    rules: values.rules ?? [],
    logs: positionals,
    format: oneOf("scan", "--format", values.format, reportFormats),
    ...(output !== undefined && { output }),
    ...(problems !== undefined && { problems }),
    ...(placeholders !== undefined && { placeholders }),
    pipelines: values.pipeline ?? [],
    exactKeys: values["exact-keys"],
    ...(values.level !== undefined && { level: oneOf("scan", "--level", values.level, levels) }),
    ...(values["fail-on"] !== undefined && { failOn: oneOf("scan", "--fail-on", values["fail-on"], levels) }),
    ...(values.workers !== undefined && { workers: wholeNumber("--workers", values.workers, 64) }),
    ...(values["max-record"] !== undefined && { recordBytes: size("--max-record", values["max-record"]) }),
    ...(values.as !== undefined && { as: logSource(values.as) }),
    suppress: values.suppress === undefined ? 0 : duration("--suppress", values.suppress),
    strict: values.strict,
    quiet: values.quiet,
    cache: !values["no-cache"],
    index: !values["no-index"],
    routing: !values["no-routing"],
  };
}

function logSource(value: string): KnownLogSource {
  if (!/^[^/\s]+(?:\/[^/\s]*){0,2}$/.test(value)) {
    throw usage(`--as takes PRODUCT[/SERVICE[/CATEGORY]] as rules name them, such as linux/sshd; not "${value}"`);
  }
  const [product, service, category] = value.toLowerCase().split("/");
  return {
    ...(product && { product: [product] }),
    ...(service && { service: [service] }),
    ...(category && { category: [category] }),
  };
}

function wholeNumber(option: string, value: string, most: number): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 0 || number > most) {
    throw usage(`${option} takes a whole number from 0 to ${most}; not "${value}"`);
  }
  return number;
}

function duration(option: string, value: string): number {
  const found = /^(\d{1,9})(s|m|h|d)$/.exec(value);
  if (!found) throw usage(`${option} takes a time such as 90s, 30m, 12h or 7d; not "${value}"`);
  return Number(found[1]) * { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }[found[2] as "s" | "m" | "h" | "d"];
}

function size(option: string, value: string): number {
  const found = /^(\d{1,9})([KMG]?)$/i.exec(value);
  const bytes = found ? Number(found[1]) * { "": 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 }[found[2]!.toUpperCase()]! : 0;
  if (bytes < 1024 || bytes > 2 ** 29) throw usage(`${option} takes a size from 1K to 512M; not "${value}"`);
  return bytes;
}

function usage(what: string): Error {
  return misuse("scan", what);
}
