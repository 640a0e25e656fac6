/** From bytes to events: formats, recognising what an event is, normalising it. */
export type * from "./contract.ts";
export { eventTime, hostOf, userOf } from "./kinds/event-time.ts";
export type { IngestKind } from "./kinds/ingest-kind.ts";
export { loadKinds } from "./kinds/load-kinds.ts";
export { toEvent } from "./kinds/to-event.ts";
