import { once } from "node:events";
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer, type TlsOptions } from "node:tls";
import type { Clock } from "#platform";
import type { Log } from "#telemetry";
import { syslogFrames } from "../core/syslog-frames.ts";
import type { Desk } from "../desk.ts";
import { MessageBatch } from "./message-batch.ts";
import { plainAddress } from "./source-of-peer.ts";

export interface SyslogParts {
  readonly desk: Desk;
  readonly clock: Clock;
  readonly log: Log;
  /** Whose messages a peer's are. */
  readonly sourceOf: (address: string) => string;
  /** Whose loss it is when nobody knows whose datagrams were dropped. */
  readonly fallback: string;
  /** Aborts when what still waits at the end is given up. */
  readonly ending: AbortSignal;
}

export interface StreamListener extends AsyncDisposable {
  readonly port: number;
}

/** The longest message; the rest of a longer one is passed over. RFC 5424 asks for 2 KiB at least. */
export const mostMessageBytes = 128 * 1024;
const mostConnections = 2_000;
const mostConnectionsOfPeer = 200;

/**
 * Syslog over TCP (RFC 6587) or, with a certificate, over TLS (RFC 5425). A sender faster than its messages are taken finds its
 * connection unread, and waits. What a connection has sent when it ends is handed over whole.
 */
export async function listenStream(
  parts: SyslogParts,
  { host, port, tls }: { readonly host: string; readonly port: number; readonly tls?: TlsOptions },
): Promise<StreamListener> {
  const { log } = parts;
  const open = new Map<Socket, Promise<void>>();
  const perPeer = new Map<string, number>();
  let closing = false;

  const take = (socket: Socket) => {
    const peer = plainAddress(socket.remoteAddress ?? "");
    const theirs = perPeer.get(peer) ?? 0;
    if (closing || open.size >= mostConnections || theirs >= mostConnectionsOfPeer) {
      log.warn("a syslog connection was refused: too many are open", { peer, open: open.size, theirs });
      socket.destroy();
      return;
    }
    perPeer.set(peer, theirs + 1);
    const served = serve(parts, socket, peer).finally(() => {
      open.delete(socket);
      const left = (perPeer.get(peer) ?? 1) - 1;
      if (left > 0) perPeer.set(peer, left);
      else perPeer.delete(peer);
    });
    open.set(socket, served);
  };
  const server: Server = tls
    ? createTlsServer({ minVersion: "TLSv1.2", handshakeTimeout: 10_000, ...tls }, take)
    : createTcpServer(take);
  server.on("tlsClientError", (error: Error, socket: Socket) =>
    log.warn("a syslog sender did not get through TLS", { peer: plainAddress(socket.remoteAddress ?? ""), error }),
  );
  server.listen({ host, port });
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      closing = true;
      const closed = once(server, "close");
      server.close();
      // Half closed: the sender sees that nothing more is wanted, and what it has sent is still handed over.
      for (const socket of open.keys()) socket.destroy();
      await Promise.all(open.values());
      await closed;
    },
  };
}

async function serve({ desk, clock, log, sourceOf, ending }: SyslogParts, socket: Socket, peer: string): Promise<void> {
  const source = sourceOf(peer);
  const stop = new AbortController();
  const batch = new MessageBatch({
    clock,
    signal: stop.signal,
    hand: (make) => desk.handPatiently(source, () => ({ ...make(), facts: { peer } }), { signal: ending }),
    onFault: (error, messages) => {
      desk.lost(source, messages);
      if (!ending.aborted) log.error("syslog messages could not be handed over", { source, messages, error });
    },
  });
  const frames = syslogFrames(mostMessageBytes);
  let cuts = 0;
  const add = (message: Uint8Array, cut: boolean) => {
    if (cut) cuts += 1;
    const end = message.at(-1) === 13 ? -1 : undefined;
    batch.add(message.subarray(0, end));
  };
  socket.setKeepAlive(true, 60_000);
  // Errors end the reading below; this keeps one that comes in between from being nobody's.
  socket.on("error", () => undefined);
  try {
    for await (const bytes of socket as AsyncIterable<Buffer>) {
      frames.push(bytes, add);
      // Reading on only when there is room again is what makes the sender wait.
      if (batch.full) await batch.room();
    }
  } catch (error) {
    log.debug("a syslog connection ended by itself", { peer, error });
  }
  frames.end(add);
  if (cuts > 0) log.warn("syslog messages were too long and lost their ends", { source, peer, cuts, mostMessageBytes });
  stop.abort();
  await batch.flush();
  socket.destroy();
}
