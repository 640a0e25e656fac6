/** Pure words that every room shares: no I/O, no clock, no randomness. */
export { canonicalJson } from "./canonical-json.ts";
export { type Id, idInstant, isId, makeId } from "./id.ts";
export { formatInstant, type Instant, instant, parseInstant } from "./instant.ts";
export { Refusal, type RefusalStatus, type RefusalTable, refusals } from "./refusal.ts";
export { fail, ok, type Result } from "./result.ts";
export { sayIssue } from "./say-issue.ts";
export { Secret } from "./secret.ts";
