/** Where a page ended: the time and the name of its last row. */
export interface PageEnd {
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly id: string;
}

export function spellCursor({ time, id }: PageEnd): string {
  return Buffer.from(`${time}.${id}`).toString("base64url");
}

/** Nothing where it is no cursor. */
export function readCursor(text: string): PageEnd | undefined {
  const found = /^(-?\d{1,15})\.([0-9a-f]{1,64})$/.exec(Buffer.from(text, "base64url").toString("latin1"));
  return found ? { time: Number(found[1]), id: found[2]! } : undefined;
}
