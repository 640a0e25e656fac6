import { showSettings } from "#settings";
import type { Verb } from "./main.ts";
import { readSettingsOrExplain } from "./read-settings-or-explain.ts";

/** Takes the same arguments as `serve`, so that one can look before one starts. */
export const configVerb: Verb = async (args) => {
  const read = readSettingsOrExplain(args);
  if (!read) return 2;
  const rows = showSettings(read);
  const wide = (key: "name" | "value") => Math.max(...rows.map((row) => row[key].length));
  for (const { name, value, source } of rows)
    console.log(`${name.padEnd(wide("name"))}  ${value.padEnd(wide("value"))}  ${source}`);
  for (const { where, says } of read.notices) console.error(`${where} ${says}`);
  return 0;
};
