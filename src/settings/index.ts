/** Reading the program's settings and secrets from arguments, environment and files. */
export { describeSettings, type SettingDescription } from "./describe-settings.ts";
export { readDuration } from "./kinds.ts";
export { readSettings, type SettingProblem, type SettingsInput, type SettingsRead } from "./read-settings.ts";
export { type RoleName, roleNames, type Secrets, type Settings } from "./schema.ts";
export { showSettings } from "./show-settings.ts";
export { version } from "./version.ts";
