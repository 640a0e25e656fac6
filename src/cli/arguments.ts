import { parseArgs, type ParseArgsConfig } from "node:util";
import { refuse } from "./refuse.ts";

/** Reads a verb's arguments; what can't be read is refused with the verb's own help named. */
export function readArguments<Options extends NonNullable<ParseArgsConfig["options"]>>(
  verb: string,
  args: readonly string[],
  options: Options,
) {
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options });
  } catch (cause) {
    throw misuse(verb, cause instanceof Error ? cause.message : String(cause));
  }
}

/** `what` is wrong with how `verb` was called. */
export function misuse(verb: string, what: string): Error {
  return refuse("usage", { what, help: `meridian ${verb} --help` });
}

/** One of the words that an option takes. */
export function oneOf<T extends string>(verb: string, option: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((one) => one === value.toLowerCase());
  if (found === undefined) throw misuse(verb, `${option} takes one of ${allowed.join(", ")}; not "${value}"`);
  return found;
}
