import type { Change } from "#access";
import { keepChallenge } from "../store.ts";

/** Keeps the proof of ownership that Logpush wrote to a source, for a person to copy. */
export async function keepOwnershipChallenge(change: Change, name: string, text: string): Promise<void> {
  await keepChallenge(change.tx, name, text, change.at);
  change.audit(`source:${name}`, { challenge: "kept" });
}
