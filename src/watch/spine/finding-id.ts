import { hash } from "node:crypto";

/** 32 hex digits that stand for these words in this order: the same finding gets the same id however often it is found. */
export function findingId(...words: readonly string[]): string {
  return hash("sha256", words.map((word) => `${word.length}:${word}`).join(""), "hex").slice(0, 32);
}
