import type { Json, JsonObject } from "#sigma";

/**
 * Windows Security 4657 says in parts what Sysmon says in one: adds `TargetObject` (key and value name, the hive by its
 * short name) and `Details` (the new value as Sysmon shows it) beside the audit event's own data.
 */
export function unfoldRegistryAudit(body: JsonObject): JsonObject {
  return (
    addTo(body, body) ??
    within(body, ["Event", "EventData"]) ??
    within(body, ["winlog", "event_data"]) ??
    within(body, ["event_data"]) ??
    within(body, ["EventData"]) ??
    body
  );
}

function within(body: JsonObject, path: readonly string[]): JsonObject | undefined {
  const [step, ...rest] = path;
  const inner = step === undefined ? undefined : body[step];
  if (step === undefined || !isObject(inner)) return undefined;
  const changed = rest.length > 0 ? within(inner, rest) : addTo(inner, inner);
  return changed && { ...body, [step]: changed };
}

function addTo(holder: JsonObject, data: JsonObject): JsonObject | undefined {
  const key = data["ObjectName"];
  const name = data["ObjectValueName"];
  if (typeof key !== "string") return undefined;
  const target = typeof name === "string" && name !== "" && name !== "-" ? `${key}\\${name}` : key;
  const details = detailsOf(data);
  return { ...holder, TargetObject: shortHive(target), ...(details !== undefined && { Details: details }) };
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function shortHive(path: string): string {
  return path.replace(/^\\REGISTRY\\MACHINE\b/i, "HKLM").replace(/^\\REGISTRY\\USER\b/i, "HKU");
}

/** Sysmon shows numbers as `DWORD (0x00000001)` and bytes as `Binary Data`. */
function detailsOf(data: JsonObject): string | undefined {
  const value = data["NewValue"];
  if (typeof value !== "string" && typeof value !== "number") return undefined;
  const type = data["NewValueType"];
  if (type === "%%1875" || type === "REG_BINARY") return "Binary Data";
  if (type !== "%%1876" && type !== "REG_DWORD") return String(value);
  const number = Number(value);
  return Number.isInteger(number) && number >= 0 ? `DWORD (0x${number.toString(16).padStart(8, "0")})` : String(value);
}
