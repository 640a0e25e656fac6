import { isId } from "#kernel";
import { refuse } from "../refusals.ts";
import type { AlertRow } from "./store.ts";

/** A page of rows of which one more than the page was asked for, and where the next page begins. */
export function alertPage(
  rows: readonly AlertRow[],
  limit: number,
): { readonly page: readonly AlertRow[]; readonly next: string | undefined } {
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return { page, next: rows.length > limit && last ? `${last.raised_at}.${last.id}` : undefined };
}

/** Throws the refusal `watch/bad-cursor`. */
export function readCursor(text: string): { readonly raisedAt: number; readonly id: string } {
  const [, at, id = ""] = /^(\d{1,15})\.(.+)$/.exec(text) ?? [];
  if (at === undefined || !isId("alert", id)) throw refuse("bad-cursor");
  return { raisedAt: Number(at), id };
}
