import { fail, ok, type Result } from "#kernel";
import type { z } from "zod";
import { describeSettings, type SettingDescription } from "./describe-settings.ts";
import { everySchema, roleNames, roleSchemas, type Secrets, secretSchema, type Settings } from "./schema.ts";

export interface SettingsInput {
  /** Arguments after the verb: `--port=1`, `--port 1`. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Reads a file that holds a secret; throws when it cannot. */
  readonly readFile: (path: string) => string;
}

export interface SettingProblem {
  /** As the operator wrote it: `--port`, `MERIDIAN_PORT`. */
  readonly where: string;
  /** What is wrong and what to do. Never holds a secret's value. */
  readonly says: string;
}

export interface SettingsRead {
  readonly settings: Settings;
  readonly secrets: Secrets;
  /** Key → where its value came from, and how it is written there; the text of a secret is left out. */
  readonly sources: ReadonlyMap<string, { readonly where: string; readonly text: string }>;
  /** Not wrong, yet worth a look. */
  readonly notices: readonly SettingProblem[];
}

/** Reads all settings and secrets, or says everything that is wrong with them. */
export function readSettings(input: SettingsInput): Result<SettingsRead, readonly SettingProblem[]> {
  const all = describeSettings();
  const problems: SettingProblem[] = [];
  const given = new Map<string, Given>();
  for (const setting of all) {
    const found = setting.group === "secret" ? secretOf(setting, input, problems) : variableOf(setting, input);
    if (found) given.set(setting.key, found);
  }
  for (const [key, found] of argumentsOf(all, input.args, problems)) given.set(key, found);

  const check = <Schema extends z.ZodObject>(schema: Schema): z.output<Schema> | undefined => {
    const values = Object.fromEntries(Object.keys(schema.shape).map((key) => [key, given.get(key)?.text]));
    const parsed = schema.safeParse(values);
    for (const { path, message } of parsed.error?.issues ?? [])
      problems.push(bad(given.get(String(path[0])), all, String(path[0]), message));
    return parsed.data as z.output<Schema> | undefined;
  };
  const every = check(everySchema);
  const secrets = check(secretSchema);
  // Asked for by itself, so that the roles' settings are checked even when another one of `every` is bad.
  const roles = everySchema.shape.roles.safeParse(given.get("roles")?.text).data ?? [];
  const parts = roleNames.map((role) => [role, roles.includes(role) ? check(roleSchemas[role]) : undefined] as const);
  if (!every || !secrets || problems.length > 0) return fail(problems);
  return ok({
    settings: { ...every, ...Object.fromEntries(parts) } as Settings,
    secrets,
    sources: new Map(all.map((setting) => [setting.key, sourceOf(setting, given.get(setting.key))])),
    notices: strangersOf(all, input.env),
  });
}

interface Given {
  readonly text: string;
  /** `--port`, `MERIDIAN_PORT`, `MERIDIAN_TOKEN_FILE`. */
  readonly where: string;
  readonly hidden?: true;
}

function sourceOf({ fallback = "" }: SettingDescription, given: Given | undefined) {
  return { where: given?.where ?? "default", text: given?.hidden ? "[secret]" : (given?.text ?? fallback) };
}

function variableOf({ variable }: SettingDescription, { env }: SettingsInput): Given | undefined {
  const text = env[variable];
  return text === undefined || text === "" ? undefined : { text, where: variable };
}

function secretOf(setting: SettingDescription, input: SettingsInput, problems: SettingProblem[]): Given | undefined {
  const direct = variableOf(setting, input);
  const where = `${setting.variable}_FILE`;
  const file = input.env[where];
  if (file === undefined || file === "") return direct && { ...direct, hidden: true };
  if (direct) problems.push({ where, says: `is set and ${setting.variable} too. Keep one of them.` });
  try {
    return { text: input.readFile(file).replace(/\r?\n$/, ""), where, hidden: true };
  } catch (error) {
    const why = error instanceof Error && "code" in error ? String(error.code) : String(error);
    problems.push({ where, says: `names ${file}, which cannot be read (${why}). Give the path of a readable file.` });
    return undefined;
  }
}

function argumentsOf(
  all: readonly SettingDescription[],
  args: readonly string[],
  problems: SettingProblem[],
): Map<string, Given> {
  const given = new Map<string, Given>();
  for (let index = 0; index < args.length; index += 1) {
    const argument = args[index] ?? "";
    const [, flag = argument, , inline] = /^(--[\w-]+)(=([^]*))?$/.exec(argument) ?? [];
    const setting = all.find((one) => one.flag === flag);
    if (!setting) {
      problems.push({
        where: argument,
        says: `is no setting. ${nearest(
          flag,
          all.flatMap((one) => one.flag ?? []),
        )}`,
      });
      continue;
    }
    const following = args[index + 1];
    if (inline === undefined && following !== undefined && !following.startsWith("--")) index += 1;
    const text = inline ?? (following?.startsWith("--") ? undefined : following);
    if (text === undefined) problems.push({ where: flag, says: `wants a value: ${flag}=VALUE. ${setting.says}` });
    else if (given.has(setting.key)) problems.push({ where: flag, says: "is given twice. Keep one of them." });
    else given.set(setting.key, { text, where: flag });
  }
  return given;
}

function bad(
  given: Given | undefined,
  all: readonly SettingDescription[],
  key: string,
  advice: string,
): SettingProblem {
  const setting = all.find((one) => one.key === key);
  const value = given && !given.hidden ? ` is "${given.text}".` : "";
  return {
    where: given?.where ?? setting?.variable ?? key,
    says: `${value ? value.trimStart() : "does not fit."} ${advice} ${setting?.says ?? ""}`.trimEnd(),
  };
}

/** Variables that look like ours and are not, such as one with a typing mistake. */
function strangersOf(all: readonly SettingDescription[], env: SettingsInput["env"]): SettingProblem[] {
  const ours = new Set(
    all.flatMap(({ variable, group }) => (group === "secret" ? [variable, `${variable}_FILE`] : [variable])),
  );
  // Where caches lie is asked before there are settings, and by verbs that have none.
  ours.add("MERIDIAN_CACHE");
  return Object.keys(env)
    .filter((name) => name.startsWith("MERIDIAN_") && !ours.has(name))
    .map((where) => ({ where, says: `is no setting and has no effect. ${nearest(where, [...ours])}` }));
}

function nearest(word: string, known: readonly string[]): string {
  const best = known.map((one) => ({ one, far: distance(word, one) })).sort((a, b) => a.far - b.far)[0];
  return best && best.far <= 3 ? `Did you mean ${best.one}?` : "`meridian config` lists all settings.";
}

/** Levenshtein's. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, left] of Array.from(a).entries()) {
    const next = [i + 1];
    for (const [j, right] of Array.from(b).entries())
      next.push(Math.min((next[j] ?? 0) + 1, (row[j + 1] ?? 0) + 1, (row[j] ?? 0) + (left === right ? 0 : 1)));
    row = next;
  }
  return row.at(-1) ?? 0;
}
