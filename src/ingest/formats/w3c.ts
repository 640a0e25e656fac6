import type { JsonObject } from "#sigma";
import { splitRow } from "./csv.ts";
import { addField, type Fields } from "./put-field.ts";
import { noRecord, textLines, type ParseLine } from "./text-lines.ts";

/** W3C extended logs (IIS, proxies, CDNs): rows under the names of the last `#Fields:`; Exchange separates by commas. */
export const readW3c = textLines(w3cParser);

export function w3cParser(): ParseLine {
  let names: readonly string[] = [];
  let separator = " ";
  return (line) => {
    if (line.startsWith("#")) {
      const found = /^#Fields:\s*(.*)$/i.exec(line);
      if (found) {
        const text = found[1]!.trim();
        separator = text.includes("\t") ? "\t" : text.includes(",") && !text.includes(" ") ? "," : " ";
        names = text.split(separator === " " ? /\s+/ : separator).map(sigmaName);
      }
      return noRecord;
    }
    const values = valuesOf(line, separator, names.length);
    return values.length === names.length ? row(names, values) : undefined;
  };
}

/** IIS quotes nothing and logs a query's quotes as they came: quotes hold blanks only where the row is too long without. */
function valuesOf(line: string, separator: string, wanted: number): string[] {
  if (separator === ",") return splitRow(line, separator);
  const values = line.split(separator, wanted + 1);
  if (!line.includes('"')) return values;
  return values.length === wanted ? values.map(unquoted) : splitRow(line, separator);
}

function unquoted(value: string): string {
  return /^"[^"]*"$/.test(value) ? value.slice(1, -1) : value;
}

function row(names: readonly string[], values: readonly string[]): JsonObject {
  const fields: Fields = {};
  names.forEach((name, at) => {
    const value = values[at]!;
    if (value === "-" || value === "") return;
    // IIS writes blanks in headers as plus signs; the rules know them as blanks.
    addField(fields, name, spaced.has(name) ? value.replaceAll("+", " ") : value);
  });
  return fields;
}

const spaced = new Set(["cs-user-agent", "cs-referer", "cs-cookie"]);

/** `cs(User-Agent)` is `cs-user-agent` in Sigma's taxonomy of web server logs. */
function sigmaName(name: string): string {
  return name.replace(/^(c|s|cs|sc|r|rs|sr|x)\(([^)]+)\)$/i, (_, prefix: string, header: string) =>
    `${prefix}-${header}`.toLowerCase(),
  );
}
