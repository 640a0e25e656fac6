import type { Json, JsonObject } from "#sigma";
import { categories, classNames, classes, type OcsfClass, severities } from "./classes.ts";
import { type OcsfEvent, ocsfVersion } from "./ocsf-event.ts";

/**
 * A record that is an OCSF event already stays as it is, in the version that it says; only what is missing of the
 * attributes that every event has is filled in, and the original is put beside it unless it brings its own.
 */
export function keepOcsf(body: JsonObject, time: number, uid: string, raw: string): OcsfEvent {
  const number = (name: string): number => {
    const value = Number(body[name] ?? 0);
    return Number.isSafeInteger(value) ? value : 0;
  };
  const text = (name: string, otherwise: string): string => {
    const value = body[name];
    return typeof value === "string" ? value : otherwise;
  };
  const classUid = number("class_uid");
  const known = classNames.map((name): OcsfClass => classes[name]).find((one) => one.uid === classUid);
  const activity = number("activity_id");
  const caption = Object.entries(known?.activities ?? {}).find(([, id]) => id === activity)?.[0] ?? "Unknown";
  const className = text("class_name", known?.caption ?? "Unknown");
  const activityName = text("activity_name", caption);
  const category =
    body["category_uid"] === undefined ? Math.floor((classUid % 100_000) / 1000) : number("category_uid");
  const metadata: JsonObject = isObject(body["metadata"]) ? body["metadata"] : {};
  return {
    ...body,
    class_uid: classUid,
    class_name: className,
    category_uid: category,
    category_name: text("category_name", (categories as Readonly<Record<number, string>>)[category] ?? "Unknown"),
    activity_id: activity,
    activity_name: activityName,
    type_uid: body["type_uid"] === undefined ? classUid * 100 + activity : number("type_uid"),
    type_name: text("type_name", `${className}: ${activityName}`),
    severity_id: number("severity_id"),
    severity: text("severity", severities[number("severity_id")] ?? "Other"),
    time,
    metadata: {
      ...metadata,
      product: isObject(metadata["product"]) ? metadata["product"] : { name: "Unknown" },
      version: typeof metadata["version"] === "string" ? metadata["version"] : ocsfVersion,
      uid: typeof metadata["uid"] === "string" ? metadata["uid"] : uid,
    },
    raw_data: text("raw_data", raw),
    unmapped: isObject(body["unmapped"]) ? body["unmapped"] : wrap(body["unmapped"]),
  };
}

/** `unmapped` is an object; what somebody put there that is none becomes one. */
function wrap(value: Json | undefined): JsonObject {
  return value === undefined || value === null ? {} : { value };
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
