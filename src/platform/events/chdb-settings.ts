import { refusal } from "./chdb-error.ts";

export type Settings = Readonly<Record<string, string | number | boolean | undefined>>;

/** The statement that sets a session up for one statement: its settings, its parameters, last whether it only reads. */
export function setUp(settings: Settings, parameters: Readonly<Record<string, string>>, reading: boolean): string {
  const sets = [
    ...Object.entries(knownSettings(settings)).filter(([name]) => name !== "readonly"),
    ...Object.entries(parameters).map(([name, value]) => [parameterName(name), value] as const),
    ...(reading ? [["readonly", 1] as const] : []),
  ];
  return `SET ${sets.map(([name, value]) => `${name} = ${literal(value)}`).join(", ")}`;
}

/** The statement that inserts the rows of a file of JSONEachRow, read as the table's columns say, as one block. */
export function insertSql({
  table,
  columns,
  file,
  settings,
}: {
  readonly table: string;
  readonly columns: readonly string[] | undefined;
  readonly file: string;
  readonly settings: Settings;
}): string {
  const into = table.split(".").map(identifier).join(".");
  const names = columns?.map(identifier).join(", ");
  const sets = Object.entries(knownSettings({ ...settings, ...oneBlock }));
  return `INSERT INTO ${into}${names === undefined ? "" : ` (${names})`} SELECT ${names ?? "*"} FROM file(${literal(file)}, 'JSONEachRow')
    SETTINGS ${sets.map(([name, value]) => `${name} = ${literal(value)}`).join(", ")}`;
}

/** However many rows: several blocks would be several parts, of which a crash could leave some. */
const oneBlock: Settings = {
  max_threads: 1,
  max_insert_threads: 1,
  use_structure_from_insertion_table_in_table_functions: 2,
};

function identifier(name: string): string {
  if (!/^[A-Za-z_]\w*$/.test(name)) throw refusal("62", "SYNTAX_ERROR", `not a name: ${name}`);
  return name;
}

function parameterName(name: string): string {
  if (!/^[A-Za-z_]\w*$/.test(name)) throw refusal("36", "BAD_ARGUMENTS", `not a name for a parameter: ${name}`);
  return `param_${name}`;
}

/** Settings of the HTTP interface itself, which the client sends and the engine does not know. */
const ofHttp = new Set([
  "wait_end_of_query",
  "enable_http_compression",
  "send_progress_in_http_headers",
  "http_headers_progress_interval_ms",
  "cancel_http_readonly_queries_on_client_close",
  "default_format",
  "buffer_size",
]);

/** Without what only the HTTP interface knows; throws for a name that could be more than a name. */
export function knownSettings(settings: Settings = {}): Record<string, string | number | boolean> {
  const known = Object.entries(settings).flatMap(([name, value]) => {
    if (!/^[a-z][a-z0-9_]*$/.test(name)) throw refusal("115", "UNKNOWN_SETTING", `Unknown setting '${name}'`);
    return value === undefined || ofHttp.has(name) ? [] : [[name, value] as const];
  });
  return Object.fromEntries(known);
}

export function literal(value: string | number | boolean): string {
  if (typeof value !== "string") return String(Number(value));
  return `'${value.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
