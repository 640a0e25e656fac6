import type { CorrelationRule, DetectionRule } from "#sigma";

/** How a rule's findings become alerts. */
export interface AlertSettings {
  /** Fields whose values name the entity; none: host, else user, address, source. */
  readonly groupBy: readonly string[];
  /** Milliseconds between a finding and an alert that it still joins. */
  readonly window: number;
}

export const defaultWindow = 3_600_000;

const units: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * Reads a rule's `meridian.alert`: `group-by`, a list of fields, and `window`, a time such as `30m`. What does not fit is
 * as if it were not there: a rule is not to be silenced by a slip in how its alerts are grouped.
 */
export function alertSettingsOf({ custom }: Pick<DetectionRule | CorrelationRule, "custom">): AlertSettings {
  const meridian = custom["meridian"];
  const alert = isObject(meridian) ? meridian["alert"] : undefined;
  if (!isObject(alert)) return { groupBy: [], window: defaultWindow };
  const fields = alert["group-by"];
  const groupBy = Array.isArray(fields) && fields.every((field) => typeof field === "string") ? fields : [];
  return { groupBy: groupBy.slice(0, 8), window: readWindow(alert["window"]) ?? defaultWindow };
}

function readWindow(value: unknown): number | undefined {
  const [, amount, unit = ""] = /^([1-9]\d{0,5})([smhd])$/.exec(typeof value === "string" ? value : "") ?? [];
  return amount === undefined ? undefined : Math.min(Number(amount) * units[unit]!, 30 * units["d"]!);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
