/** A query parameter as ClickHouse reads it from `param_name`: the Escaped format, arrays with quoted members. */
export function parameterText(value: unknown, inside = false): string {
  if (value === null || value === undefined) return inside ? "NULL" : "\\N";
  if (typeof value === "number" || typeof value === "bigint") return String(value);
  if (typeof value === "boolean") return inside ? String(value) : value ? "1" : "0";
  if (Array.isArray(value)) return `[${value.map((member) => parameterText(member, true)).join(",")}]`;
  if (typeof value !== "string") throw new TypeError(`a query parameter cannot be ${typeof value}`);
  const text = value.replace(/[\\'\t\n\r]/g, (character) => escapes[character] ?? character);
  return inside ? `'${text}'` : text;
}

const escapes: Readonly<Record<string, string>> = {
  "\\": "\\\\",
  "'": "\\'",
  "\t": "\\t",
  "\n": "\\n",
  "\r": "\\r",
};
