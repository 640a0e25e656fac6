import type { Tx } from "#platform";
import { eraseSalts } from "./store.ts";

/**
 * Erases the salts of every seal about a subject, in the caller's transaction: what was sealed can't be shown, nor
 * guessed, any more, once the caller has erased the evidence itself. The entries stay, so every proof still holds.
 * Gives back how many seals can't be opened any more.
 */
export function erase(tx: Tx, subject: string): Promise<number> {
  return eraseSalts(tx, subject);
}
