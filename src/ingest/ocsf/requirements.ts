import type { Json, JsonObject } from "#sigma";
import { classNames, classes, objectRequirements, type OcsfClass } from "./classes.ts";

const always = ["activity_id", "category_uid", "class_uid", "metadata", "severity_id", "time", "type_uid"];

/**
 * The attributes that OCSF requires and the event lacks, as dotted paths (`device.type_id`, `service|dst_endpoint` for
 * a group of which one must be there). Empty when the event is sound.
 */
export function missingAttributes(event: JsonObject): string[] {
  const of = classNames.map((name): OcsfClass => classes[name]).find(({ uid }) => uid === event["class_uid"]);
  if (of === undefined) return ["class_uid"];
  return [
    ...missing(event, "", [...always, ...of.required], of.oneOf),
    ...Object.entries(event).flatMap(([name, value]) => (name === "unmapped" ? [] : missingIn(name, name, value))),
  ];
}

function missingIn(path: string, name: string, value: Json): string[] {
  if (!isObject(value)) return [];
  const { required, oneOf } = objectRequirements[name] ?? { required: [], oneOf: [] };
  return [
    ...missing(value, `${path}.`, required, oneOf),
    ...Object.entries(value).flatMap(([key, inner]) => missingIn(`${path}.${key}`, key, inner)),
  ];
}

function missing(
  of: JsonObject,
  prefix: string,
  required: readonly string[],
  oneOf: readonly (readonly string[])[],
): string[] {
  return [
    ...required.filter((name) => of[name] === undefined).map((name) => prefix + name),
    ...oneOf.filter((names) => names.every((name) => of[name] === undefined)).map((names) => prefix + names.join("|")),
  ];
}

function isObject(value: Json): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
