import type { CST } from "yaml";

/**
 * Whether collections nest deeper than `limit` in a token of the concrete syntax. Asked before anything recursive sees
 * the token, and not recursive itself.
 */
export function isTooDeep(token: CST.Token, limit: number): boolean {
  let level: Nested[] = [token as Nested];
  for (let depth = -1; level.length > 0; depth++) {
    if (depth > limit) return true;
    const below: Nested[] = [];
    for (const one of level) {
      if (one.type === "document" && one.value) below.push(one.value);
      for (const item of one.items ?? []) {
        if (item.key?.items) below.push(item.key);
        if (item.value?.items) below.push(item.value);
      }
    }
    level = below;
  }
  return false;
}

interface Nested {
  readonly type: string;
  readonly value?: Nested | null;
  readonly items?: readonly { readonly key?: Nested | null; readonly value?: Nested | null }[];
}
