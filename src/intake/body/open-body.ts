import { Refusal } from "#kernel";
import { defaultLimits, openPlain } from "#ingest";
import { refuse } from "../refusals.ts";
import type { MemoryBudget } from "./memory-budget.ts";
import { inflated } from "./inflated.ts";

/** A sender's bytes as they come. */
export type Bytes = AsyncIterable<Uint8Array>;

/** A request's body, unpacked. */
export interface Body extends AsyncDisposable {
  /** Its first 64 KiB, or all of it. They are read again by `read`. */
  readonly head: Buffer;
  /**
   * Fills `into` from `at`, at least one byte; 0 at the end. Throws refusals once the bytes ended before their end: a bomb, damaged,
   * cut short; and the refusal that the bytes' own source threw.
   */
  read(into: Uint8Array<ArrayBuffer>, at: number): Promise<number>;
  /**
   * Counts memory that is about to be held of this body, until it is disposed of. Throws the refusal
   * `intake/too-much-at-once` where all bodies together hold too much.
   */
  hold(bytes: number): void;
}

const packings = new Set(["gzip", "x-gzip", "zstd"]);
const encodings = new Set([...packings, "deflate", "identity"]);

/**
 * Unpacks as the Content-Encoding says and, where a packed file was sent as it is, once more. Throws refusals: an
 * encoding that is unknown, or that the bytes do not have.
 */
export async function openBody(
  bytes: Bytes,
  encoding: string | null,
  { signal, budget }: { readonly signal?: AbortSignal; readonly budget?: MemoryBudget } = {},
): Promise<Body> {
  let holds = 0;
  const name = (encoding ?? "").trim().toLowerCase() || "identity";
  if (!encodings.has(name)) throw refuse("encoding-unknown", { encoding: name.slice(0, 40) });
  let refusal: Refusal | undefined;
  // A log's reader takes every error for the end of what can be read; a refusal is to be heard all the same.
  async function* remembered(): AsyncGenerator<Uint8Array> {
    try {
      yield* name === "deflate" ? inflated(bytes) : bytes;
    } catch (error) {
      if (error instanceof Refusal) refusal = error;
      throw error;
    }
  }
  const plain = await openPlain({ name: "body", open: remembered }, { limits: defaultLimits, start: 0, signal });
  // gzip and Zstandard are told by their first bytes, so what is not packed was announced as if it were.
  if (packings.has(name) && plain.isAsOnDisk && plain.head.length > 0) {
    await plain[Symbol.asyncDispose]();
    throw refuse("encoding-damaged");
  }
  // A byte order mark is behind us already.
  const { source, head } = plain;
  return {
    head,
    async read(into, at) {
      const got = await source.read(Buffer.from(into.buffer, into.byteOffset, into.byteLength), at);
      if (got > 0) return got;
      if (refusal) throw refusal;
      const { fault } = source;
      if (fault?.code === "bomb") throw refuse("bomb", { inflation: defaultLimits.inflation });
      if (fault) throw refuse(fault.code === "read-failed" ? "body-cut-short" : "encoding-damaged");
      return 0;
    },
    hold(more) {
      budget?.hold(more);
      holds += more;
    },
    async [Symbol.asyncDispose]() {
      budget?.release(holds);
      holds = 0;
      await plain[Symbol.asyncDispose]();
    },
  };
}

/** All of a body. Throws the refusal `intake/body-too-large` past `limit` bytes, and those of `read`. */
export async function readWhole(body: Body, limit: number): Promise<Uint8Array<ArrayBuffer>> {
  let held = new Uint8Array(Math.min(limit, 64 * 1024) + 1);
  let length = 0;
  for (;;) {
    if (length === held.length) {
      const size = Math.min(limit + 1, held.length * 2);
      body.hold(size - held.length);
      held = grown(held, size);
    }
    const got = await body.read(held, length);
    if (got === 0) return held.slice(0, length);
    length += got;
    if (length > limit) throw refuse("body-too-large", { limit });
  }
}

export function grown(held: Uint8Array<ArrayBuffer>, size: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(size);
  larger.set(held);
  return larger;
}
