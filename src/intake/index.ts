/** What comes in live: sources, the doors they send to, and what could not be read. */
export type * from "./contract.ts";
