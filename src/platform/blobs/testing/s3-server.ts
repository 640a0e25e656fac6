/** As much of S3's API as Meridian uses, in memory, for tests. Checks signatures by its own arithmetic. */
import { createHash, createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

export interface TestS3 extends AsyncDisposable {
  readonly bucket: URL;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** The next requests are answered with this status instead; 0 hangs up on them. */
  failNext(count: number, status: number): void;
  /** Puts an object of somebody else's. */
  plant(key: string, bytes: Uint8Array): void;
}

const region = "eu-test-1";
const accessKeyId = "AKIDTEST";
const secretAccessKey = "se/cr+et";

interface Stored {
  readonly bytes: Buffer;
  readonly at: Date;
}

export async function startS3(): Promise<TestS3> {
  const objects = new Map<string, Stored>();
  let failing = { count: 0, status: 503 };
  const server = createServer((request, response) => {
    if (failing.count > 0) {
      failing.count -= 1;
      if (failing.status === 0) return void request.destroy();
      request.resume();
      return refuse(response, failing.status, "SlowDown");
    }
    answer(objects, request, response).catch(() => response.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    bucket: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/bucket`),
    region,
    accessKeyId,
    secretAccessKey,
    failNext: (count, status) => void (failing = { count, status }),
    plant: (key, bytes) => void objects.set(key, { bytes: Buffer.from(bytes), at: new Date() }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

async function answer(objects: Map<string, Stored>, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? "", "http://localhost");
  const body = await buffer(request);
  const wrong = signatureProblem(request, url, body);
  if (wrong !== undefined) return refuse(response, 403, wrong);
  if (url.pathname === "/bucket" && request.method === "GET") return list(objects, url, response);
  if (!url.pathname.startsWith("/bucket/")) return refuse(response, 404, "NoSuchBucket");
  const key = decodeURIComponent(url.pathname.slice("/bucket/".length));
  if (request.method === "PUT") {
    if (request.headers["if-none-match"] === "*" && objects.has(key))
      return refuse(response, 412, "PreconditionFailed");
    objects.set(key, { bytes: body, at: new Date() });
    return void response.writeHead(200).end();
  }
  if (request.method === "DELETE") {
    objects.delete(key);
    return void response.writeHead(204).end();
  }
  const stored = objects.get(key);
  if (!stored) return refuse(response, 404, "NoSuchKey");
  send(request, response, stored);
}

function send(request: IncomingMessage, response: ServerResponse, { bytes, at }: Stored): void {
  response.setHeader("last-modified", at.toUTCString());
  const [, first = "", last = ""] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "") ?? [];
  const from = first === "" ? 0 : Number(first);
  const to = last === "" ? bytes.length : Math.min(bytes.length, Number(last) + 1);
  if (first !== "" && from >= bytes.length) {
    response.setHeader("content-range", `bytes */${bytes.length}`);
    return refuse(response, 416, "InvalidRange");
  }
  if (first !== "") response.setHeader("content-range", `bytes ${from}-${to - 1}/${bytes.length}`);
  response.writeHead(first === "" ? 200 : 206, { "content-length": to - from });
  response.end(request.method === "HEAD" ? undefined : bytes.subarray(from, to));
}

function list(objects: Map<string, Stored>, url: URL, response: ServerResponse): void {
  const prefix = url.searchParams.get("prefix") ?? "";
  const after = url.searchParams.get("start-after") ?? "";
  const most = Number(url.searchParams.get("max-keys") ?? 1000);
  const found = [...objects]
    .filter(([key]) => key.startsWith(prefix) && key > after)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const entries = found.slice(0, most).map(([key, { bytes, at }]) => {
    const name = key.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
    return `<Contents><Key>${name}</Key><LastModified>${at.toISOString()}</LastModified><Size>${bytes.length}</Size></Contents>`;
  });
  const truncated = `<IsTruncated>${found.length > most}</IsTruncated>`;
  response.end(`<?xml version="1.0"?><ListBucketResult>${truncated}${entries.join("")}</ListBucketResult>`);
}

function refuse(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status).end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>no</Message></Error>`);
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html */
function signatureProblem(request: IncomingMessage, url: URL, body: Buffer): string | undefined {
  const form =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, SignedHeaders=([a-z0-9;-]+), Signature=([0-9a-f]{64})$/;
  const [, id, day = "", where, signed = "", signature] = form.exec(request.headers.authorization ?? "") ?? [];
  if (id !== accessKeyId || where !== region) return "InvalidAccessKeyId";
  const header = (name: string) => String(request.headers[name] ?? "");
  const claimed = header("x-amz-content-sha256");
  if (request.method === "PUT" ? claimed !== sha256(body) : claimed !== "UNSIGNED-PAYLOAD" && claimed !== sha256(body))
    return "XAmzContentSHA256Mismatch";
  for (const name of ["host", "x-amz-date", "x-amz-content-sha256"])
    if (!signed.split(";").includes(name)) return "AccessDenied";
  const query = [...url.searchParams]
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .sort()
    .join("&");
  const headers = signed.split(";").map((name) => `${name}:${header(name).trim()}\n`);
  const canonical = [request.method, url.pathname, query, headers.join(""), signed, claimed].join("\n");
  const scope = `${day}/${region}/s3/aws4_request`;
  const toSign = ["AWS4-HMAC-SHA256", header("x-amz-date"), scope, sha256(Buffer.from(canonical))].join("\n");
  const key = [day, region, "s3", "aws4_request"].reduce<Buffer>(
    (secret, part) => hmac(secret, part),
    Buffer.from(`AWS4${secretAccessKey}`),
  );
  return hmac(key, toSign).toString("hex") === signature ? undefined : "SignatureDoesNotMatch";
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}

function sha256(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}
