import { readKey } from "./read-key.ts";
import { refuse } from "./refusals.ts";
import type { Witness } from "./witness.ts";

/** A witness of the settings. Throws the refusal `ledger/bad-witness` for a key of another kind, and for an address that nobody should be sent to. */
export function readWitness({ url, key: text }: { readonly url: string; readonly key: string }): Witness {
  const key = readKey(text);
  if (key?.kind !== "cosignature" || !isWitnessUrl(url)) throw refuse("bad-witness", { url, key: text });
  return { url, key };
}

function isWitnessUrl(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === "https:") return true;
  return url?.protocol === "http:" && /^(?:127(?:\.\d+){3}|\[::1\]|localhost)$/.test(url.hostname);
}
