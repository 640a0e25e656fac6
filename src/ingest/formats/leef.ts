import type { JsonObject } from "#sigma";
import { addSyslog } from "./cef.ts";
import { addField, type Fields } from "./put-field.ts";

const header = /(?:^|\s)LEEF:([12](?:\.\d)?)\|([^|]*)\|([^|]*)\|([^|]*)\|([^|]*)\|/;
const attributesAtMost = 10_000;
const separatorField = /^([^|]|0?x[0-9a-fA-F]{1,4}|)\|/;

export function isLeefLine(line: string): boolean {
  return header.test(line);
}

/** QRadar's Log Event Extended Format 1.0 and 2.0; 2.0 may name the separator of its attributes, as a character or in hex. */
export function parseLeef(line: string): JsonObject | undefined {
  const found = header.exec(line);
  if (!found) return undefined;
  const [whole, version, deviceVendor, deviceProduct, deviceVersion, eventId] = found as unknown as string[];
  const fields: Fields = {
    leefVersion: version!,
    deviceVendor: deviceVendor!,
    deviceProduct: deviceProduct!,
    deviceVersion: deviceVersion!,
    eventId: eventId!,
  };
  let attributes = line.slice(found.index + whole!.length);
  let separator = "\t";
  const named = version!.startsWith("2") ? separatorField.exec(attributes) : null;
  if (named) {
    attributes = attributes.slice(named[0].length);
    separator = separatorOf(named[1]!);
  }
  for (const attribute of attributes.split(separator, attributesAtMost)) {
    const equals = attribute.indexOf("=");
    if (equals > 0) addField(fields, attribute.slice(0, equals).trim(), attribute.slice(equals + 1).trimEnd());
  }
  const before = line.slice(0, found.index).trim();
  if (before !== "") addSyslog(fields, before);
  return fields;
}

function separatorOf(named: string): string {
  if (named.length <= 1) return named || "\t";
  return String.fromCharCode(Number.parseInt(named.replace(/^0?x/, ""), 16));
}
