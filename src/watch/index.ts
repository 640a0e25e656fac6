/** Rules over the stream and over history: what is on, what it found, and what people made of it. */
export { createWatch, type Watch, type WatchOptions, type WatchSettings } from "./create-watch.ts";
export type { Alert } from "./contract.ts";
export { permissions } from "./permissions.ts";
export type { FindingDraft } from "./spine/finding-rows.ts";
export { findingId } from "./spine/finding-id.ts";
export { sourceFinding } from "./health/source-finding.ts";
