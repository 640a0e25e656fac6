import { stat } from "node:fs/promises";
import type { SettingProblem, SettingsRead } from "#settings";
import { bad, type Finding, look, ok } from "../core/finding.ts";

/** Settings that do not fit. */
export function tellProblems(problems: readonly SettingProblem[]): Finding[] {
  return problems.map(({ where, says }) =>
    bad("settings", `${where} ${says}`, "Put it right: nothing starts with it."),
  );
}

/** Settings that fit, and what is odd about them. `env` is the environment. */
export async function lookAtSettings(
  read: SettingsRead,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Finding[]> {
  const findings = read.notices.map(({ where, says }) =>
    look("settings", `${where} ${says}`, "See whether it is misspelt."),
  );
  for (const [name, path] of Object.entries(env)) {
    if (!/^MERIDIAN_\w+_FILE$/.test(name) || path === undefined) continue;
    const found = await stat(path).catch(() => undefined);
    if (found && (found.mode & 0o007) !== 0)
      findings.push(
        bad("secret-file", `Everybody on this machine may read the file that ${name} names.`, "chmod 600 it."),
      );
  }
  return findings.length > 0 ? findings : [ok("settings", "All settings fit.")];
}
