import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createInflate, createInflateRaw } from "node:zlib";
import { defaultLimits } from "#ingest";
import { refuse } from "../refusals.ts";

/** Output that may come of few bytes before they are held against the limit. */
const window = 64 * 1024 * 1024;

/**
 * The Content-Encoding `deflate`: the zlib format of RFC 1950 as RFC 9110 says, or the bare RFC 1951 that some send. Throws
 * the refusals `intake/encoding-damaged` and `intake/bomb`, and whatever the bytes throw.
 */
export async function* inflated(packed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const bytes = packed[Symbol.asyncIterator]();
  let first = await bytes.next();
  while (!first.done && first.value.length === 0) first = await bytes.next();
  if (first.done) return;
  let consumed = 0;
  let failed: { readonly error: unknown } | undefined;
  async function* counted(head: Uint8Array): AsyncGenerator<Uint8Array> {
    try {
      for (let next: IteratorResult<Uint8Array> = { done: false, value: head }; !next.done; next = await bytes.next()) {
        consumed += next.value.length;
        yield next.value;
      }
    } catch (error) {
      failed = { error };
      throw error;
    }
  }
  const [a = 0, b = 0] = first.value;
  const isZlib = (a & 0x0f) === 8 && (first.value.length < 2 || ((a << 8) | b) % 31 === 0);
  const decoder = isZlib ? createInflate() : createInflateRaw();
  const pumping = pipeline(Readable.from(counted(first.value), { objectMode: false }), decoder).catch(() => undefined);
  let given = 0;
  try {
    for await (const piece of decoder as AsyncIterable<Buffer>) {
      given += piece.length;
      if (given > window && given > (consumed + 65_536) * defaultLimits.inflation)
        throw refuse("bomb", { inflation: defaultLimits.inflation });
      yield piece;
    }
  } catch (error) {
    if (failed) throw failed.error;
    throw isZlibError(error) ? refuse("encoding-damaged", {}, error) : error;
  } finally {
    decoder.destroy();
    await pumping;
  }
}

function isZlibError(error: unknown): boolean {
  return error instanceof Error && "code" in error && String(error.code).startsWith("Z_");
}
