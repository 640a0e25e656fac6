import type { Json, JsonObject } from "#sigma";

/**
 * Reads the XML of one Windows-style event into the shape that evtx_dump gives it: `System` with its elements,
 * `EventData` by name. Reads this one schema and no other XML: no entities beyond the five, no nesting, no DTD.
 */
export function readEventXml(xml: string): JsonObject | undefined {
  const system = section(xml, "System");
  if (system === undefined) return undefined;
  return { System: readSystem(system), EventData: readData(section(xml, "EventData") ?? "") };
}

function section(xml: string, name: string): string | undefined {
  const open = xml.indexOf(`<${name}>`);
  if (open < 0) return undefined;
  const close = xml.indexOf(`</${name}>`, open);
  return xml.slice(open + name.length + 2, close < 0 ? xml.length : close);
}

function readSystem(text: string): JsonObject {
  const system: Record<string, Json> = {};
  for (const [, name = "", attributes = "", value] of text.matchAll(
    /<(\w{1,64})([^<>]{0,512}?)(?:\/>|>([^<]*)<\/\1>)/g,
  )) {
    const named: Record<string, Json> = {};
    for (const [, key = "", quoted = ""] of attributes.matchAll(/(\w{1,64})=["']([^"']*)["']/g))
      put(named, key, plain(quoted));
    const hasAttributes = Object.keys(named).length > 0;
    if (hasAttributes) put(system, name, { "#attributes": named, ...(value && { "#text": plain(value) }) });
    else put(system, name, value === undefined ? null : plain(value));
  }
  return system;
}

function readData(text: string): JsonObject {
  const data: Record<string, Json> = {};
  for (const [, name = "", value] of text.matchAll(/<Data Name=["']([^"'<>]{1,256})["']\s*(?:\/>|>([^<]*)<\/Data>)/g)) {
    put(data, name, plain(value ?? ""));
  }
  return data;
}

/** As JSON.parse does: `__proto__` becomes a key like any other. */
function put(into: Record<string, Json>, key: string, value: Json): void {
  Object.defineProperty(into, key, { value, enumerable: true, configurable: true, writable: true });
}

const entities: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

function plain(text: string): string {
  return text.replace(/&(?:(lt|gt|amp|quot|apos)|#(\d{1,7})|#x([0-9a-fA-F]{1,6}));/g, (whole, name, decimal, hex) => {
    if (name) return entities[name as string] ?? whole;
    const code = decimal ? Number(decimal) : Number.parseInt(hex as string, 16);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
