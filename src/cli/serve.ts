import process from "node:process";
import { serve } from "#house";
import type { Verb } from "./main.ts";
import { readSettingsOrExplain, settingsHelp } from "./read-settings-or-explain.ts";

export const serveVerb: Verb = async (args, signal) => {
  if (args.includes("--help")) {
    console.log(
      `usage: meridian serve [SETTING…]\n\n${settingsHelp()}\n\nEach is a variable too: --log-level is MERIDIAN_LOG_LEVEL.`,
    );
    return 0;
  }
  const read = readSettingsOrExplain(args);
  if (!read) return 2;
  await serve(read, signal, (text) => void process.stdout.write(text));
  return 0;
};
