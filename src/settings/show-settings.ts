import { describeSettings } from "./describe-settings.ts";
import type { SettingsRead } from "./read-settings.ts";

/** The settings in force as rows: name, value, source. Secrets show whether they are set, nothing more. */
export function showSettings({
  settings,
  secrets,
  sources,
}: SettingsRead): { name: string; value: string; source: string }[] {
  return describeSettings().flatMap(({ key, variable, flag, group }) => {
    const values: Readonly<Record<string, unknown>> | undefined =
      group === "secret" ? secrets : group === "every" ? settings : settings[group];
    if (!values) return [];
    const value = values[key];
    return {
      name: flag ?? variable,
      value: value === undefined ? "" : String(value),
      source: sources.get(key) ?? "default",
    };
  });
}
