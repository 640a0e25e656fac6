import { askHouse } from "#house";
import type { Verb } from "./main.ts";
import { readSettingsOrExplain } from "./read-settings-or-explain.ts";

/** The link alone goes to stdout. Takes `--data` as `serve` does. */
export const signInLinkVerb: Verb = async (args, signal) => {
  const read = readSettingsOrExplain(args);
  if (!read) return 2;
  const { value, running } = await askHouse(read, "sign-in-link", undefined, signal);
  console.log(value);
  console.error(
    `It works once, within 15 minutes.${running ? "" : " No server runs on this data folder; start one with ./meridian serve."}`,
  );
  return 0;
};
