import type { PartHealth } from "../health.ts";

export type BlobBody = Uint8Array | AsyncIterable<Uint8Array>;

export interface BlobFacts {
  readonly key: string;
  readonly size: number;
  /** When it was last put; milliseconds since 1970, to the second. */
  readonly putAt: number;
}

export type PutOutcome =
  | { readonly outcome: "stored"; readonly size: number; /** In hex. */ readonly sha256: string }
  | { readonly outcome: "exists" };

/** A blob being read. Disposed of (`await using`) whether its body was read or not: a file or a socket is open. */
export interface BlobReading extends AsyncDisposable {
  /** The whole blob's, whatever the range. */
  readonly size: number;
  readonly body: AsyncIterable<Uint8Array>;
}

/** Part of a blob: bytes from `start` up to and without `end`, cut to what there is. */
export interface ByteRange {
  readonly start: number;
  readonly end?: number;
}

/**
 * Things too large for a row, by key: clips, documents, evidence. A key is words of `a-z0-9._-` with slashes between,
 * at most 512 characters; keys of the same content may be made with `contentKey`.
 */
export interface Blobs extends AsyncDisposable {
  readonly maker: "folder" | "s3";
  /**
   * Puts all of the body or nothing; replaces what the key held, or with `ifAbsent` leaves it and says that it exists.
   * Resolves once the bytes are safe from a crash.
   */
  put(
    key: string,
    body: BlobBody,
    options?: { readonly ifAbsent?: boolean; readonly signal?: AbortSignal },
  ): Promise<PutOutcome>;
  /** `undefined` when there is none. */
  get(
    key: string,
    options?: { readonly range?: ByteRange; readonly signal?: AbortSignal },
  ): Promise<BlobReading | undefined>;
  head(key: string, signal?: AbortSignal): Promise<BlobFacts | undefined>;
  /** Whether it was there or not, it is not there any more. */
  delete(key: string, signal?: AbortSignal): Promise<void>;
  /** Up to `limit` blobs whose key begins with `prefix`, by key, from the first one after `after`. */
  list(options?: {
    readonly prefix?: string;
    readonly after?: string;
    readonly limit?: number;
    readonly signal?: AbortSignal;
  }): Promise<readonly BlobFacts[]>;
  health(signal?: AbortSignal): Promise<PartHealth>;
}

export const listLimit = 1000;

/** The key of a content: `sha256/ab/abcdef…`. */
export function contentKey(sha256: string): string {
  if (!/^[0-9a-f]{64}$/.test(sha256)) throw new RangeError("a SHA-256 has 64 hex digits");
  return `sha256/${sha256.slice(0, 2)}/${sha256}`;
}

/** No empty word, none that begins with a dot: nothing in a key can mean another place in a file system or a URL. */
const keyForm = /^(?:[a-z0-9_-][a-z0-9._-]{0,199})(?:\/[a-z0-9_-][a-z0-9._-]{0,199})*$/;

export function isKey(key: string): boolean {
  return key.length <= 512 && keyForm.test(key);
}

/** Throws a RangeError for what is no key. */
export function checkKey(key: string): void {
  if (!isKey(key)) throw new RangeError(`not a key for a blob: ${JSON.stringify(key)}`);
}

export function checkRange({ start, end }: ByteRange): void {
  const good = Number.isSafeInteger(start) && start >= 0 && (end === undefined || Number.isSafeInteger(end));
  if (!good || (end !== undefined && end < start)) throw new RangeError(`not a range of bytes: ${start} to ${end}`);
}

export function checkLimit(limit: number): void {
  if (!Number.isSafeInteger(limit) || limit < 1 || limit > listLimit)
    throw new RangeError(`a list has 1 to ${listLimit} blobs, not ${limit}`);
}
