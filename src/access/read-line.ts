import type { Readable } from "node:stream";

/**
 * The first line of a stream, without its end; undefined where the stream ends before, or it has more than `limit`
 * bytes. What comes after the line is let go. Rejects with the signal's reason.
 */
export function readLine(stream: Readable, limit: number, signal?: AbortSignal): Promise<string | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<string | undefined>();
  const chunks: Buffer[] = [];
  let length = 0;
  const take = (chunk: Buffer) => {
    const end = chunk.indexOf(0x0a);
    chunks.push(end < 0 ? chunk : chunk.subarray(0, end));
    length += chunks.at(-1)?.length ?? 0;
    if (length > limit) resolve(undefined);
    else if (end >= 0) resolve(Buffer.concat(chunks).toString());
  };
  const over = () => resolve(undefined);
  const abort = () => reject(signal?.reason);
  if (signal?.aborted) abort();
  signal?.addEventListener("abort", abort, { once: true });
  stream.on("data", take);
  stream.once("close", over);
  stream.once("end", over);
  return promise.finally(() => {
    signal?.removeEventListener("abort", abort);
    stream.off("data", take);
    stream.off("close", over);
    stream.off("end", over);
    // Read on: an end that nobody reads is never told.
    stream.resume();
  });
}
