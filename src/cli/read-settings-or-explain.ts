import { readFileSync } from "node:fs";
import process from "node:process";
import { describeSettings, readSettings, type SettingsRead } from "#settings";

/** The settings in force, or undefined after stderr has said everything that is wrong with them. */
export function readSettingsOrExplain(args: readonly string[]): SettingsRead | undefined {
  const read = readSettings({ args, env: process.env, readFile: (path) => readFileSync(path, "utf8") });
  if (read.ok) return read.value;
  console.error("meridian: some settings do not fit:");
  for (const { where, says } of read.error) console.error(`  ${where} ${says}`);
  return undefined;
}

/** The settings as a page for `--help`. */
export function settingsHelp(): string {
  const rows = describeSettings().map(
    ({ flag, variable, fallback, says }) =>
      [flag ?? variable, `${says}${fallback === undefined ? "" : ` [${fallback}]`}`] as const,
  );
  return rows.map(([name, says]) => `  ${name.padEnd(24)} ${says}`).join("\n");
}
