/** Storing, searching, keeping and forgetting events. */
export type * from "./contract.ts";
export { createSpeller, type SpellerOptions } from "./spell/create-speller.ts";
