import { AwsClient } from "aws4fetch";
import { readBlobsUrl, readListing } from "#platform";
import type { Secret } from "#kernel";

export interface BucketObject {
  readonly key: string;
  readonly size: number;
  /** Milliseconds since 1970, to the second. */
  readonly putAt: number;
}

/** Somebody else's bucket: whatever its keys are called, they are listed and read, and nothing is written. */
export interface BucketReader {
  /** All objects whose key begins with the URL's prefix and this, by key. */
  list(prefix: string, signal: AbortSignal): AsyncGenerator<BucketObject>;
  /** The object's bytes as they come; undefined when it is gone. */
  open(key: string, signal: AbortSignal): Promise<AsyncIterable<Uint8Array> | undefined>;
}

/** What a bucket answered that is neither an object nor a list. The URL of the message has no credentials. */
export class BucketError extends Error {
  override readonly name = "BucketError";
}

/** `s3://key-id:secret@bucket/prefix?region=eu-west-1`, as the blobs' URL is written. Throws a TypeError that does not repeat it. */
export function bucketReader(url: Secret): BucketReader {
  const { bucket, prefix: own, region, accessKeyId, secretAccessKey } = readBlobsUrl(url);
  const signer = new AwsClient({ accessKeyId, secretAccessKey: secretAccessKey.reveal(), region, service: "s3" });
  const ask = async (address: URL, signal: AbortSignal): Promise<Response> =>
    fetch(await signer.sign(address.href, { method: "GET", redirect: "error" }), { signal });
  const failed = async (address: URL, response: Response) => {
    await response.body?.cancel();
    return new BucketError(`GET ${address.origin}${address.pathname} was answered with ${response.status}`);
  };
  return {
    async *list(prefix, signal) {
      for (let after = ""; ;) {
        const address = new URL(bucket);
        address.searchParams.set("list-type", "2");
        address.searchParams.set("prefix", own + prefix);
        if (after !== "") address.searchParams.set("start-after", after);
        const response = await ask(address, signal);
        if (response.status !== 200) throw await failed(address, response);
        const { objects, more } = readListing(await response.text());
        yield* objects;
        const last = objects.at(-1);
        if (!more || !last) return;
        after = last.key;
      }
    },
    async open(key, signal) {
      const path = key.split("/").map(encodeURIComponent).join("/");
      const address = new URL(`${bucket.href.replace(/\/$/, "")}/${path}`);
      const response = await ask(address, signal);
      if (response.status === 200) return response.body ?? nothing();
      if (response.status !== 404) throw await failed(address, response);
      await response.body?.cancel();
      return undefined;
    },
  };
}

async function* nothing(): AsyncGenerator<Uint8Array> {}
