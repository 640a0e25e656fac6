import type { IncomingMessage } from "node:http";
import { refuse } from "./refusals.ts";

/**
 * A request's body that its handler reads by itself, at its own pace: what it does not take, the sender waits with. To
 * be read once, one way or the other. Reading rejects with the refusals `http/body-too-large` past the limit, and
 * `http/body-cut` where the sender has gone before its end.
 */
export interface ByteBody extends AsyncIterable<Uint8Array> {
  /** Bytes, as the sender has said; undefined where it has not. */
  readonly length: number | undefined;
  /** All of it at once. */
  all(): Promise<Uint8Array>;
}

/** Throws `http/body-too-large` at once where the sender says so itself. */
export function byteBody(request: Request, incoming: IncomingMessage | undefined, limit: number): ByteBody {
  const said = request.headers.get("content-length");
  const length = said === null ? undefined : Number(said);
  if (length !== undefined && length > limit) throw refuse("body-too-large", { limit });
  const chunks = () => bounded(incoming ? fromNode(incoming) : (request.body ?? []), limit);
  return {
    length,
    [Symbol.asyncIterator]: chunks,
    all: () => (incoming ? allFromNode(incoming, limit) : concat(chunks())),
  };
}

async function* bounded(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  limit: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  let length = 0;
  for await (const chunk of chunks) {
    length += chunk.length;
    if (length > limit) throw refuse("body-too-large", { limit });
    yield chunk;
  }
}

/** Node's own stream: a web stream around it costs more than all else that happens to a request. */
async function* fromNode(incoming: IncomingMessage): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    // Left early, the connection still has to carry the answer.
    yield* incoming.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>;
  } catch (error) {
    throw refuse("body-cut", {}, error);
  }
}

function allFromNode(incoming: IncomingMessage, limit: number): Promise<Uint8Array> {
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
  const chunks: Buffer[] = [];
  let length = 0;
  const take = (chunk: Buffer) => {
    chunks.push(chunk);
    length += chunk.length;
    if (length > limit) settle(() => reject(refuse("body-too-large", { limit })));
  };
  const end = () => settle(() => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, length)));
  const cut = (error?: unknown) => settle(() => reject(refuse("body-cut", {}, error)));
  const settle = (tell: () => void) => {
    incoming.off("data", take).off("end", end).off("error", cut).off("close", cut);
    // What still comes is the server's to drain; an error that comes late is nobody's.
    incoming.on("error", () => {}).pause();
    tell();
  };
  if (incoming.readableEnded) return Promise.resolve(Buffer.alloc(0));
  if (incoming.destroyed) return Promise.reject(refuse("body-cut"));
  incoming.on("data", take).on("end", end).on("error", cut).on("close", cut);
  return promise;
}

async function concat(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  return Buffer.concat(await Array.fromAsync(chunks));
}
