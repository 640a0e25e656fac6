/** Keeping an installation well: backups and their restoring, and the look of a doctor. */
export { type BackedUp, backUp, type BackUpOptions, type Progress } from "./backup/back-up.ts";
export { upkeepVerbs } from "./backup/hold-verb.ts";
export type { BackupParts, Manifest } from "./backup/manifest.ts";
export { readPassphrase } from "./backup/read-passphrase.ts";
export { restore, type RestoreOptions } from "./backup/restore.ts";
export { spellBytes } from "./core/spell-bytes.ts";
export { type Finding, worstOf } from "./core/finding.ts";
export { examine, type ExamineOptions } from "./doctor/examine.ts";
