import { refuse } from "../refusals.ts";
import type { Bytes } from "./open-body.ts";

/** A request's bytes as they come. Throws the refusal `intake/body-too-large` past `limit`, at once where the request says its length. */
export function bytesOf(request: Request, limit: number): Bytes {
  if (Number(request.headers.get("content-length") ?? 0) > limit) throw refuse("body-too-large", { limit });
  return bounded(request.body ?? [], limit);
}

async function* bounded(
  bytes: AsyncIterable<Uint8Array> | readonly Uint8Array[],
  limit: number,
): AsyncGenerator<Uint8Array> {
  let length = 0;
  for await (const piece of bytes) {
    length += piece.length;
    if (length > limit) throw refuse("body-too-large", { limit });
    yield piece;
  }
}
