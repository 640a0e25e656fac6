import { Secret } from "#kernel";
import type { S3Options } from "./blobs/s3-blobs.ts";

/** Reads `s3://key-id:secret@bucket/prefix?region=…&endpoint=…`; throws a TypeError that does not repeat it. */
export function readBlobsUrl(secret: Secret): Omit<S3Options, "spoolFolder" | "clock"> {
  const text = secret.reveal();
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== "s3:" || url.hostname === "" || url.username === "" || url.password === "")
    throw new TypeError("a bucket is written s3://key-id:secret@bucket/prefix?region=eu-west-1");
  const region = url.searchParams.get("region");
  if (!region) throw new TypeError("a bucket's URL needs ?region=, which may be auto where the store knows none");
  const endpoint = url.searchParams.get("endpoint");
  const prefix = url.pathname.replace(/^\/+|\/+$/g, "");
  if (!/^[A-Za-z0-9._/-]*$/.test(prefix)) throw new TypeError("a bucket's prefix has letters, digits and ._-/ only");
  return {
    bucket: bucketUrl(url.hostname, region, endpoint),
    prefix: prefix === "" ? "" : `${prefix}/`,
    region,
    accessKeyId: decodeURIComponent(url.username),
    secretAccessKey: new Secret(decodeURIComponent(url.password)),
  };
}

function bucketUrl(bucket: string, region: string, endpoint: string | null): URL {
  if (endpoint === null) return new URL(`https://${bucket}.s3.${region}.amazonaws.com`);
  if (!URL.canParse(endpoint) || !/^https?:$/.test(new URL(endpoint).protocol))
    throw new TypeError("a bucket's endpoint is an https URL, written with %3A%2F%2F");
  return new URL(`${endpoint.replace(/\/+$/, "")}/${bucket}`);
}
