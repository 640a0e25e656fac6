import type { Json, JsonObject } from "#sigma";
import { addField, type Fields } from "./put-field.ts";
import { noRecord, textLines, type ParseLine } from "./text-lines.ts";

/** Zeek's tab-separated logs: names and types from the header, the log's own name under `_path` as in Zeek's JSON. */
export const readZeek = textLines(zeekParser);

export function zeekParser(): ParseLine {
  let separator = "\t";
  let setSeparator = ",";
  let unset = "-";
  let empty = "(empty)";
  let path: string | undefined;
  let names: readonly string[] = [];
  let types: readonly string[] = [];

  function header(line: string): void {
    const [directive = "", ...values] = line.startsWith("#separator ")
      ? ["#separator", line.slice("#separator ".length)]
      : line.split(separator);
    const value = values[0] ?? "";
    if (directive === "#separator") separator = unescape(value) || "\t";
    else if (directive === "#set_separator") setSeparator = unescape(value) || ",";
    else if (directive === "#unset_field") unset = value;
    else if (directive === "#empty_field") empty = value;
    else if (directive === "#path") path = value;
    else if (directive === "#fields") names = values;
    else if (directive === "#types") types = values;
  }

  function valueOf(text: string, type: string): Json {
    if (/^(?:set|vector)\[/.test(type)) {
      if (text === empty || text === "") return [];
      const inner = type.slice(type.indexOf("[") + 1, -1);
      return text.split(setSeparator).map((item) => (item === unset ? null : scalar(item, inner)));
    }
    return scalar(text === empty ? "" : text, type);
  }

  return (line) => {
    if (line.startsWith("#")) {
      header(line);
      return noRecord;
    }
    const values = line.split(separator, names.length + 1);
    if (names.length === 0 || values.length !== names.length) return undefined;
    const fields: Fields = path === undefined ? {} : { _path: path };
    names.forEach((name, at) => {
      const text = values[at]!;
      if (text !== unset) addField(fields, name, valueOf(text, types[at] ?? "string"));
    });
    return fields as JsonObject;
  };
}

const numeric = /^(?:count|int|double|time|interval|port)$/;

function scalar(text: string, type: string): Json {
  if (type === "bool") return text === "T" ? true : text === "F" ? false : text;
  if (numeric.test(type) && /^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i.test(text)) {
    const number = Number(text);
    return Number.isInteger(number) && !Number.isSafeInteger(number) ? text : number;
  }
  return unescape(text);
}

function unescape(text: string): string {
  return text.includes("\\x")
    ? text.replace(/\\x([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    : text;
}
