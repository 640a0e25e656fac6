import type { Needle } from "./needle.ts";

/** Whether any of some keywords may be in an event, by its bytes alone. May say yes wrongly, never no. */
export type KeywordFilter = (raw: Uint8Array) => boolean;

export function keywordFilter(_needles: readonly Needle[]): KeywordFilter {
  return () => true;
}
