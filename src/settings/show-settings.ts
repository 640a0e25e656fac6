import { describeSettings } from "./describe-settings.ts";
import type { SettingsRead } from "./read-settings.ts";

/** The settings in force as rows, as an operator would write them. Of a secret it shows only that it is set. */
export function showSettings({ settings, sources }: SettingsRead): { name: string; value: string; source: string }[] {
  return describeSettings().flatMap(({ key, variable, flag, group }) => {
    if (group !== "secret" && group !== "every" && !settings[group]) return [];
    const { where = "default", text = "" } = sources.get(key) ?? {};
    return { name: flag ?? variable, value: text, source: where };
  });
}
