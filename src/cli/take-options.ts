import { misuse } from "./arguments.ts";

/**
 * Takes a verb's own options, `--note TEXT` or `--note=TEXT`, out of arguments that also hold settings. `values` are by
 * name without the dashes.
 */
export function takeOptions<const Name extends string>(
  verb: string,
  args: readonly string[],
  names: readonly `--${Name}`[],
): { readonly values: Readonly<Partial<Record<Name, string>>>; readonly rest: readonly string[] } {
  const values: Partial<Record<Name, string>> = {};
  const rest: string[] = [];
  for (let at = 0; at < args.length; at += 1) {
    const argument = args[at] ?? "";
    const [, flag = argument, inline] = /^(--[\w-]+)=([^]*)$/.exec(argument) ?? [];
    const option = names.find((name) => name === flag);
    if (option === undefined) {
      rest.push(argument);
      continue;
    }
    const key = option.slice(2) as Name;
    const value = inline ?? args[(at += 1)];
    if (value === undefined || (inline === undefined && value.startsWith("--")))
      throw misuse(verb, `${flag} wants a value`);
    if (values[key] !== undefined) throw misuse(verb, `${flag} is given twice`);
    values[key] = value;
  }
  return { values, rest };
}
