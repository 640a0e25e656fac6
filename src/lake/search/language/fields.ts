import type { Lookup } from "./ast.ts";

/**
 * What a field holds decides what can be asked of it: `text` (words in it), `name` (the whole value), `address` (the
 * whole value, or a network), `list` (any of several names), `number`, `time`, `level` (a name with an order), `json`.
 */
export type FieldKind = "text" | "name" | "address" | "list" | "number" | "time" | "level" | "json";

export interface Field {
  /** The column. */
  readonly name: string;
  readonly kind: FieldKind;
  readonly says: string;
  /** Other names that mean this column alone, in lower case: OCSF's path first. */
  readonly aliases: readonly string[];
}

function field(name: string, kind: FieldKind, says: string, aliases = ""): Field {
  return { name, kind, says, aliases: aliases === "" ? [] : aliases.split(" ") };
}

const shared = [
  field("time", "time", "When it happened.", "_time timestamp"),
  field("received", "time", "When it came in."),
  field("source", "name", "The source that sent it.", "index sourcetype"),
  field("kind", "name", "What kind of record it is."),
  field("site", "name", "The site that it is about."),
  field(
    "host",
    "name",
    "The machine's name.",
    "device.hostname device.name hostname computer computername host.name agent.name",
  ),
  field("user", "text", "The account that acted.", "actor.user.name user.name username account"),
];

export const fieldsOf: Readonly<Record<Lookup, readonly Field[]>> = {
  events: [
    ...shared,
    field("uid", "name", "The event's own name.", "metadata.uid id"),
    field("class", "number", "OCSF's class of event.", "class_uid"),
    field("activity", "number", "What happened, by OCSF's number within the class.", "activity_id"),
    field("severity", "number", "OCSF's severity, 1 (informational) to 6 (fatal); the words work too.", "severity_id"),
    field(
      "code",
      "name",
      "The source's own number or name for the event.",
      "metadata.event_code event_id eventid event.code",
    ),
    field(
      "process",
      "text",
      "The program that ran, with its path.",
      "process.file.path process.path process.name image exe process.executable",
    ),
    field("cmd", "text", "Its command line.", "process.cmd_line command_line commandline cmdline process.command_line"),
    field(
      "parent",
      "text",
      "The program that started it.",
      "process.parent_process.file.path parent_image parentimage process.parent.executable process.parent_process.name",
    ),
    field(
      "parent_cmd",
      "text",
      "The command line of the program that started it.",
      "process.parent_process.cmd_line parent_command_line parentcommandline process.parent.command_line",
    ),
    field(
      "file",
      "text",
      "The file that was touched, with its path.",
      "file.path filename target_filename targetfilename path",
    ),
    field(
      "hash",
      "list",
      "Hashes of the file or program, whatever the algorithm.",
      "file.hashes.value hashes md5 sha1 sha256 process.file.hashes.value",
    ),
    field(
      "src_ip",
      "address",
      "Where a connection came from.",
      "src_endpoint.ip src source.ip source_ip sourceip client_ip clientip",
    ),
    field("src_port", "number", "The port that it came from.", "src_endpoint.port source.port source_port sourceport"),
    field(
      "dst_ip",
      "address",
      "Where a connection went to.",
      "dst_endpoint.ip dst dest destination.ip destination_ip destinationip dest_ip",
    ),
    field(
      "dst_port",
      "number",
      "The port that it went to.",
      "dst_endpoint.port destination.port destination_port destinationport dest_port",
    ),
    field(
      "domain",
      "name",
      "The name that was asked for or connected to.",
      "query.hostname dst_endpoint.hostname dns.question.name queryname",
    ),
    field("url", "text", "The address that was asked for.", "http_request.url.url_string url.full uri"),
    field("action", "name", "What was done or asked for.", "disposition api.operation event.action"),
    field("outcome", "name", "How it ended.", "status event.outcome result"),
    field("original", "text", "The record's own bytes, where its JSON is not what came."),
  ],
  findings: [
    ...shared,
    field("id", "name", "The finding's own name.", "finding_info.uid uid"),
    field("type", "name", "`detection` or `correlation`."),
    field("rule", "name", "The rule's id.", "finding_info.analytic.uid rule.id"),
    field("title", "text", "The rule's title.", "finding_info.title rule.title"),
    field("level", "level", "The rule's level: informational, low, medium, high, critical.", "severity"),
    field("silent", "number", "1: it serves correlations alone."),
    field("muted", "name", "Why it raised no alert: `suppressed`, `excepted`."),
    field("alert", "name", "The alert that it belongs to."),
    field("entity", "name", "Whom it is about: `host:lis01-web3`."),
    field("tags", "list", "The rule's tags.", "tag"),
    field("events", "list", "Events that it rests on.", "event"),
    field("matched", "text", "The values that matched, as JSON."),
    field("fields", "text", "The values that correlations ask for, as JSON."),
  ],
};

/** One word for several columns. */
export const several: Readonly<Record<Lookup, Readonly<Record<string, readonly string[]>>>> = {
  events: { ip: ["src_ip", "dst_ip"], port: ["src_port", "dst_port"], address: ["src_ip", "dst_ip"] },
  findings: {},
};

/** The columns that a name means, whatever its case; none: the name is one of the record's own. */
export function columnsOf(name: string, lookup: Lookup): readonly Field[] {
  return namesOf(lookup).get(name.toLowerCase()) ?? [];
}

/** Every name that means a column, in lower case. */
export function knownNames(lookup: Lookup): readonly string[] {
  return [...namesOf(lookup).keys()];
}

const names = new Map<Lookup, ReadonlyMap<string, readonly Field[]>>();

function namesOf(lookup: Lookup): ReadonlyMap<string, readonly Field[]> {
  const known = names.get(lookup);
  if (known) return known;
  const fields = fieldsOf[lookup];
  const made = new Map<string, readonly Field[]>();
  for (const one of fields) for (const name of one.aliases) made.set(name, [one]);
  // A column's own name is stronger than another one's alias.
  for (const one of fields) made.set(one.name, [one]);
  for (const [name, columns] of Object.entries(several[lookup]))
    made.set(
      name,
      fields.filter((one) => columns.includes(one.name)),
    );
  names.set(lookup, made);
  return made;
}

/** OCSF's severity by its caption (https://schema.ocsf.io, severity_id). */
export const severityNumbers: Readonly<Record<string, number>> = {
  unknown: 0,
  informational: 1,
  info: 1,
  low: 2,
  medium: 3,
  high: 4,
  critical: 5,
  fatal: 6,
};

/** Sigma's levels, least first. */
export const levels = ["informational", "low", "medium", "high", "critical"] as const;
