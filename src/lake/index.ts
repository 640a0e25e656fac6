/** Storing, searching, keeping and forgetting events. */
export type * from "./contract.ts";
