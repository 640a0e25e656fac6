import { instant, type Result } from "#kernel";
import type { Clock, Migration } from "#platform";
import type { SettingProblem, SettingsRead } from "#settings";
import type { Finding } from "../core/finding.ts";
import { isHeld } from "./is-held.ts";
import { lookAtFolder } from "./look-at-folder.ts";
import { lookAtDisk, lookAtMachine, lookAtMemory } from "./look-at-machine.ts";
import { lookAtMigrations } from "./look-at-migrations.ts";
import { lookAtNetwork } from "./look-at-network.ts";
import { lookAtServices } from "./look-at-services.ts";
import { lookAtSettings, tellProblems } from "./look-at-settings.ts";

export interface ExamineOptions {
  readonly read: Result<SettingsRead, readonly SettingProblem[]>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** All that the program brings. */
  readonly migrations: readonly Migration[];
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Looks at the machine and the installation, one thing after the other, and changes nothing. */
export async function* examine({
  read,
  env,
  migrations,
  clock,
  signal,
}: ExamineOptions): AsyncGenerator<Finding, void, undefined> {
  yield* await lookAtMachine();
  // Where the settings do not fit, nobody can say which folder, ports and services are meant.
  if (!read.ok) return yield* tellProblems(read.error);
  const { settings, secrets } = read.value;
  const now = instant(clock.now());
  yield* await lookAtSettings(read.value, env);
  yield await lookAtMemory(secrets.clickhouseUrl ? undefined : settings.eventsMemory);
  yield* await lookAtDisk(settings.data);
  yield* await lookAtFolder(settings.data, now);
  yield await lookAtMigrations(read.value, migrations, clock);
  yield* await lookAtNetwork(settings, await isHeld(settings.data), now);
  signal.throwIfAborted();
  yield* await lookAtServices(secrets, clock, signal);
}
