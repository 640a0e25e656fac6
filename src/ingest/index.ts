/** From bytes to events: formats, recognising what an event is, normalising it. */
export type * from "./contract.ts";
export { eventTime, eventTimeBy, hostOf, userOf } from "./kinds/event-time.ts";
export type { IngestKind } from "./kinds/ingest-kind.ts";
export { loadKinds } from "./kinds/load-kinds.ts";
export { findLogs, type FoundLog } from "./find-logs.ts";
export { findDuplicateKey, type DuplicateKey } from "./formats/duplicate-keys.ts";
export { sniff, sniffBytes, type Sniffed } from "./formats/sniff.ts";
export { openPath } from "./open-path.ts";
export { openPlain, type PlainLog } from "./formats/open-plain.ts";
export { defaultLimits, readLog, type ReadLogOptions } from "./read-log.ts";
export { takeAs } from "./kinds/take-as.ts";
export { toEvent } from "./kinds/to-event.ts";
export { cutLines, type CutLines, type CutPiece } from "./cut-lines.ts";
export { readPiece, standardInput } from "./standard-input.ts";
export { readEvtx } from "./evtx/read-evtx.ts";
export { missingAttributes } from "./ocsf/requirements.ts";
export { loadNormaliser, normalise, type Normalise } from "./ocsf/normalise.ts";
export { type EventOrigin, type OcsfEvent, ocsfVersion } from "./ocsf/ocsf-event.ts";
