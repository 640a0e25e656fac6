/** From bytes to events: formats, recognising what an event is, normalising it. */
export type * from "./contract.ts";
