import { openAsBlob } from "node:fs";
import { mkdir } from "node:fs/promises";
import { AwsClient } from "aws4fetch";
import type { Secret } from "#kernel";
import type { Clock } from "../clock.ts";
import { healthOf } from "../health.ts";
import { backoff, type OnRetry } from "../retry.ts";
import {
  type BlobFacts,
  type BlobReading,
  type Blobs,
  checkKey,
  checkLimit,
  checkRange,
  isKey,
  listLimit,
} from "./blobs.ts";
import { readListing } from "./read-listing.ts";
import { S3Error } from "./s3-error.ts";
import { spool } from "./spool.ts";

export interface S3Options {
  /** Of the bucket: `https://s3.example.net/bucket` or `https://bucket.s3.eu-west-1.amazonaws.com`. */
  readonly bucket: URL;
  /** Before every key: `meridian/`. Empty, or ends with a slash. */
  readonly prefix: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: Secret;
  /** Where bodies wait for their size and hash to be known. */
  readonly spoolFolder: string;
  readonly clock: Clock;
  readonly onRetry?: OnRetry;
}

/** One request may carry this much: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html */
const mostBytes = 5 * 1024 ** 3;

/** Blobs in a bucket of anything that speaks S3's API and honours `If-None-Match` when it puts. */
export async function openS3Blobs(options: S3Options): Promise<Blobs> {
  await mkdir(options.spoolFolder, { recursive: true, mode: 0o700 });
  const { ask, urlOf } = requests(options);
  return {
    maker: "s3",
    async put(key, body, { ifAbsent = false, signal } = {}) {
      const url = urlOf(key);
      await using spooled = await spool(options.spoolFolder, body, signal);
      const { file, size, sha256 } = spooled;
      if (size > mostBytes) throw new RangeError(`a blob has at most ${mostBytes} bytes; this one has ${size}`);
      const response = await ask("PUT", url, {
        // Signed with the hash, so that the store refuses bytes that changed on the way.
        headers: { "x-amz-content-sha256": sha256, ...(ifAbsent && { "if-none-match": "*" }) },
        body: await openAsBlob(file),
        expect: [200, 412],
        signal,
      });
      return response.status === 412 ? { outcome: "exists" } : { outcome: "stored", size, sha256 };
    },
    async get(key, { range, signal } = {}) {
      if (range) checkRange(range);
      // HTTP has no way to ask for a part without bytes.
      const none = range !== undefined && range.end === range.start;
      const response = await ask(none ? "HEAD" : "GET", urlOf(key), {
        headers:
          range && !none ? { range: `bytes=${range.start}-${range.end === undefined ? "" : range.end - 1}` } : {},
        expect: [200, 206, 404, 416],
        signal,
      });
      if (response.status !== 404) return readingOf(response);
      await response.body?.cancel();
      return undefined;
    },
    async head(key, signal) {
      const response = await ask("HEAD", urlOf(key), { expect: [200, 404], signal });
      if (response.status === 404) return undefined;
      const putAt = Date.parse(response.headers.get("last-modified") ?? "");
      return { key, size: Number(response.headers.get("content-length")), putAt };
    },
    async delete(key, signal) {
      const response = await ask("DELETE", urlOf(key), { expect: [200, 204, 404], signal });
      await response.body?.cancel();
    },
    async list({ prefix = "", after = "", limit = listLimit, signal } = {}) {
      checkLimit(limit);
      return list(options, ask, { prefix, after, limit, signal });
    },
    health: (signal) =>
      healthOf("s3", async () => {
        await list(options, ask, { prefix: "", after: "", limit: 1, signal });
        return undefined;
      }),
    async [Symbol.asyncDispose]() {},
  };
}

interface Request {
  readonly headers?: Record<string, string>;
  readonly body?: Blob;
  /** Statuses that are answers; all others are errors. */
  readonly expect: readonly number[];
  readonly signal?: AbortSignal | undefined;
}

type Ask = (method: string, url: URL, request: Request) => Promise<Response>;

const mostTries = 5;

function requests({ bucket, prefix, region, accessKeyId, secretAccessKey, clock, onRetry }: S3Options): {
  ask: Ask;
  urlOf: (key: string) => URL;
} {
  const signer = new AwsClient({ accessKeyId, secretAccessKey: secretAccessKey.reveal(), region, service: "s3" });
  const urlOf = (key: string) => {
    checkKey(key);
    return new URL(`${bucket.href.replace(/\/$/, "")}/${prefix}${key}`);
  };
  const ask: Ask = async (method, url, { headers = {}, body, expect, signal }) => {
    for (let tries = 1; ; tries += 1) {
      signal?.throwIfAborted();
      const outcome = await send(signer, method, url, headers, body, signal);
      if ("response" in outcome && expect.includes(outcome.response.status)) return outcome.response;
      const error = "response" in outcome ? await errorOf(outcome.response, method, url) : outcome.error;
      signal?.throwIfAborted();
      const again = !(error instanceof S3Error) || error.status >= 500 || error.status === 429;
      if (!again || tries === mostTries) throw error;
      onRetry?.();
      await clock.sleep(backoff(tries, { first: 100, most: 5000 }), signal);
    }
  };
  return { ask, urlOf };
}

async function send(
  signer: AwsClient,
  method: string,
  url: URL,
  headers: Record<string, string>,
  body: Blob | undefined,
  signal: AbortSignal | undefined,
): Promise<{ response: Response } | { error: unknown }> {
  // Signed for each try: a signature is good for some minutes only.
  const request = await signer.sign(url.href, { method, headers, redirect: "error", ...(body && { body }) });
  try {
    return { response: await fetch(request, signal ? { signal } : {}) };
  } catch (error) {
    return { error };
  }
}

async function errorOf(response: Response, method: string, url: URL): Promise<S3Error> {
  const text = (await response.text()).slice(0, 10_000);
  const code = /<Code>([\w.]+)<\/Code>/.exec(text)?.[1] ?? "";
  const said = /<Message>([^<]*)<\/Message>/.exec(text)?.[1] ?? "";
  const what = `${method} ${url.origin}${url.pathname} was answered with ${response.status} ${code}`;
  return new S3Error(
    response.status,
    code,
    `${what}: ${said} Check BLOBS_URL, the credentials and the bucket's policy.`,
  );
}

function readingOf(response: Response): BlobReading {
  const range = /\/(\d+)$/.exec(response.headers.get("content-range") ?? "")?.[1];
  return {
    size: Number(range ?? response.headers.get("content-length")),
    // 416: the range begins past the end, where there are no bytes; that is no error.
    body: response.status === 416 ? empty() : (response.body ?? empty()),
    async [Symbol.asyncDispose]() {
      if (!response.bodyUsed) await response.body?.cancel();
    },
  };
}

async function* empty(): AsyncGenerator<Uint8Array> {}

async function list(
  { bucket, prefix: own }: S3Options,
  ask: Ask,
  given: { prefix: string; after: string; limit: number; signal: AbortSignal | undefined },
): Promise<BlobFacts[]> {
  const found: BlobFacts[] = [];
  let after = given.after === "" ? "" : own + given.after;
  while (found.length < given.limit) {
    const url = new URL(bucket);
    url.searchParams.set("list-type", "2");
    url.searchParams.set("prefix", own + given.prefix);
    url.searchParams.set("max-keys", String(given.limit - found.length));
    if (after !== "") url.searchParams.set("start-after", after);
    const response = await ask("GET", url, { expect: [200], signal: given.signal });
    const { objects, more } = readListing(await response.text());
    for (const { key, size, putAt } of objects) {
      after = key;
      // What somebody else put in the bucket under another sort of name is not ours.
      if (isKey(key.slice(own.length))) found.push({ key: key.slice(own.length), size, putAt });
    }
    if (!more || objects.length === 0) break;
  }
  return found;
}
