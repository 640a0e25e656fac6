import type { Json, JsonObject } from "#sigma";

/**
 * Some exporters keep Windows event data as the list of XML elements it was: `Data: [{"#attributes": {"Name": "Image"},
 * "#text": "C:\\a.exe"}]` (also `@Name`, `Name`, and `@attributes`). Puts such data under their names, beside
 * `Data`; data without a name stay in `Data`, as a list of their texts.
 */
export function unfoldNamedData(body: JsonObject): JsonObject {
  const event = body["Event"];
  if (!isObject(event)) return body;
  const data = event["EventData"];
  if (!isObject(data) || !isElementList(data["Data"])) return body;
  const named: Record<string, Json> = Object.create(null) as Record<string, Json>;
  const nameless: Json[] = [];
  for (const element of Array.isArray(data["Data"]) ? data["Data"] : [data["Data"]]) {
    const name = nameOf(element);
    if (name === undefined) nameless.push(textOf(element));
    else named[name] = textOf(element);
  }
  const { Data: _, ...rest } = data;
  return {
    ...body,
    Event: { ...event, EventData: { ...rest, ...named, ...(nameless.length > 0 && { Data: nameless }) } },
  };
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isElementList(value: Json | undefined): value is Json {
  return Array.isArray(value) ? value.some((element) => nameOf(element) !== undefined) : nameOf(value) !== undefined;
}

function nameOf(element: Json | undefined): string | undefined {
  if (!isObject(element)) return undefined;
  for (const holder of [element["#attributes"], element["@attributes"], element["$"], element]) {
    if (!isObject(holder)) continue;
    const name = holder["Name"] ?? holder["@Name"];
    if (typeof name === "string" && name !== "" && name !== "__proto__") return name;
  }
  return undefined;
}

function textOf(element: Json): Json {
  if (!isObject(element)) return element;
  return element["#text"] ?? element["_"] ?? element["Value"] ?? null;
}
