import type { Json, JsonObject } from "#sigma";

/**
 * LAUREL and auditbeat write all records of one Linux audit event as one object. Rules are written for single records
 * (`type: EXECVE`, `a1: …`), so `audit` holds the event as if it were one: `type` is the list of its records' types,
 * every field of every record, all values of a field that comes more than once. In an execution `a0`, `a1` … are the
 * program's arguments, as in its EXECVE record. `process` says who ran what, as the audit log's own reader says it.
 */
export function unfoldAuditEvent(body: JsonObject): JsonObject {
  const audit = isObject(body["auditd"]) ? fromAuditbeat(body, body["auditd"]) : fromLaurel(body);
  return audit ? { ...body, audit } : body;
}

/** Each record stands under its type, as an object or a list of objects; what LAUREL adds of itself is no record. */
function fromLaurel(body: JsonObject): JsonObject | undefined {
  const event = new Fields();
  const types: string[] = [];
  for (const [type, held] of Object.entries(body)) {
    const records = (Array.isArray(held) ? held : [held]).filter(isObject);
    if (!/^[A-Z][A-Z0-9_]+$/.test(type) || additions.has(type) || records.length === 0) continue;
    types.push(type);
    for (const record of records) {
      for (const [name, value] of Object.entries(record)) if (name !== "ARGV") event.add(name, unprefixed(value));
    }
  }
  if (types.length === 0) return undefined;
  const { SYSCALL: call, EXECVE: run, PROCTITLE: title, PARENT_INFO: parent } = body;
  const args = isObject(run) ? textsOf(run["ARGV"] ?? run["ARGV_STR"]) : [];
  const parentOfCall = isObject(call) && isObject(call["PPID"]) ? call["PPID"] : parent;
  const known = event.asObject();
  return {
    ...known,
    type: types,
    ...argumentsOf(args),
    ...(isObject(title) && title["ARGV"] !== undefined && { proctitle: textsOf(title["ARGV"]).join(" ") }),
    process: {
      ...pick(known, ofProcess),
      ...(args.length > 0 && { command_line: args.join(" ") }),
      ...(isObject(parentOfCall) && {
        ...pick(parentOfCall, { exe: "parent_exe", comm: "parent_comm" }),
        ...(Array.isArray(parentOfCall["ARGV"]) && { parent_command_line: textsOf(parentOfCall["ARGV"]).join(" ") }),
      }),
    },
  };
}

const additions = new Set(["ID", "NODE", "PARENT_INFO", "CONTAINER_INFO"]);
const ofProcess = Object.fromEntries(
  "exe comm pid ppid uid euid auid ses tty UID EUID AUID key cwd".split(" ").map((name) => [name, name]),
);

function fromAuditbeat(body: JsonObject, auditd: JsonObject): JsonObject {
  const data = isObject(auditd["data"]) ? auditd["data"] : {};
  const paths = (Array.isArray(auditd["paths"]) ? auditd["paths"] : []).filter(isObject);
  const process = isObject(body["process"]) ? body["process"] : {};
  const user = isObject(body["user"]) ? body["user"] : {};
  const runs = /^execve(?:at)?$/.test(String(data["syscall"]));
  const args = runs ? textsOf(process["args"]) : [];
  const event = new Fields();
  for (const path of paths) for (const [name, value] of Object.entries(path)) event.add(name, value);
  const message = at(auditd, ["message_type"]) ?? at(body, ["event", "action"]);
  const succeeded = auditd["result"] === "success";
  const who = {
    ...given("exe", process["executable"]),
    ...given("comm", process["name"]),
    ...given("pid", process["pid"]),
    ...given("ppid", at(process, ["parent", "pid"])),
    ...given("uid", user["id"]),
    ...given("UID", user["name"]),
    ...given("auid", at(user, ["audit", "id"])),
    ...given("AUID", at(user, ["audit", "name"])),
    ...given("euid", at(user, ["effective", "id"])),
    ...given("ses", auditd["session"]),
    ...given("cwd", process["working_directory"]),
    ...given("key", body["tags"]),
  };
  return {
    ...event.asObject(),
    ...data,
    ...who,
    type: [
      ...(typeof message === "string" ? [message.toUpperCase()] : []),
      ...(args.length > 0 ? ["EXECVE"] : []),
      ...(paths.length > 0 ? ["PATH"] : []),
      ...(process["working_directory"] !== undefined ? ["CWD"] : []),
    ],
    ...given("SYSCALL", data["syscall"]),
    ...given("addr", at(body, ["source", "ip"])),
    ...given("proctitle", process["title"]),
    ...(auditd["result"] !== undefined && { success: succeeded ? "yes" : "no", res: succeeded ? "success" : "failed" }),
    ...argumentsOf(args),
    process: { ...who, ...(args.length > 0 && { command_line: args.join(" ") }) },
  };
}

/** Values by name; a name that comes again keeps all of them. */
class Fields {
  readonly #values = new Map<string, Json[]>();

  add(name: string, value: Json): void {
    if (value === null) return;
    const known = this.#values.get(name);
    if (known) known.push(value);
    else this.#values.set(name, [value]);
  }

  asObject(): JsonObject {
    return Object.fromEntries([...this.#values].map(([name, all]) => [name, all.length === 1 ? all[0]! : all]));
  }
}

/** LAUREL writes hexadecimal numbers with `0x`, which the audit log and so the rules do not. */
function unprefixed(value: Json): Json {
  return typeof value === "string" && /^0x[\da-f]+$/.test(value) ? value.slice(2) : value;
}

function argumentsOf(args: readonly string[]): Record<string, Json> {
  return Object.fromEntries(args.map((text, at) => [`a${at}`, text]));
}

function textsOf(value: Json | undefined): string[] {
  if (typeof value === "string") return [value];
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}

function pick(from: JsonObject, names: Readonly<Record<string, string>>): Record<string, Json> {
  return Object.fromEntries(
    Object.entries(names).flatMap(([name, as]) => (from[name] === undefined ? [] : [[as, from[name]]])),
  );
}

function given(name: string, value: Json | undefined): Record<string, Json> {
  return value === undefined || value === null ? {} : { [name]: value };
}

function at(value: Json | undefined, path: readonly string[]): Json | undefined {
  let inside = value;
  for (const step of path) inside = isObject(inside) && Object.hasOwn(inside, step) ? inside[step] : undefined;
  return inside;
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
