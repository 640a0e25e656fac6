/** The append-only, signed Merkle log of everything that counts as evidence, and all that it takes to check it. */
export {
  createLedger,
  type KeepingOptions,
  type Ledger,
  type LedgerOptions,
  type RunOptions,
} from "./create-ledger.ts";
export { record, type Statement } from "./record.ts";
export { erase } from "./erase.ts";
export { keepAudit } from "./keep-audit.ts";
export { joinExport } from "./join-export.ts";
export { permissions } from "./permissions.ts";
export { type ExportVerdict, type Tampering, type TamperingCode } from "./core/check-export.ts";
export { type CheckFileOptions, checkExport, type Older, readOlder } from "./check-export-file.ts";
export { readKey } from "./read-key.ts";
export type { VerifierKey } from "./core/verifier-key.ts";
