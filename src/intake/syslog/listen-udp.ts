import { createSocket, type RemoteInfo } from "node:dgram";
import { once } from "node:events";
import { isIP } from "node:net";
import { every } from "#platform";
import { kernelDrops } from "./kernel-drops.ts";
import type { SyslogParts } from "./listen-stream.ts";
import { MessageBatch } from "./message-batch.ts";
import { plainAddress } from "./source-of-peer.ts";

export interface UdpListener extends AsyncDisposable {
  readonly port: number;
}

/** Bytes that all peers' messages may wait with, and one peer's share of them. */
const mostBytes = 16 * 1024 * 1024;
const mostPeerBytes = 4 * 1024 * 1024;
/** Peers whose messages are gathered at one time: an address of UDP is anybody's to write. */
const mostPeers = 10_000;
/** Asked of the kernel, which grants as much as net.core.rmem_max says. */
const socketBytes = 8 * 1024 * 1024;

/**
 * Syslog over UDP (RFC 5426): a datagram is a message. Nobody can be told to wait, so what finds no room is lost and counted, by
 * us and, as `/proc/net/udp` tells, by the kernel.
 */
export async function listenUdp(
  parts: SyslogParts,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<UdpListener> {
  const { desk, sourceOf, clock, log } = parts;
  const stop = new AbortController();
  const batches = new Map<string, { readonly batch: MessageBatch; readonly source: string }>();
  const socket = createSocket({ type: isIP(host) === 6 ? "udp6" : "udp4", recvBufferSize: socketBytes });
  let waiting = 0;

  function batchOf(peer: string): MessageBatch | undefined {
    const known = batches.get(peer);
    if (known) return known.batch;
    if (batches.size >= mostPeers) for (const [name, { batch }] of batches) if (batch.idle) batches.delete(name);
    if (batches.size >= mostPeers) return undefined;
    const source = sourceOf(peer);
    const batch = new MessageBatch({
      clock,
      signal: stop.signal,
      hand: (make) => desk.handPatiently(source, () => ({ ...make(), facts: { peer } }), { signal: parts.ending }),
      onSettled: (bytes) => (waiting -= bytes),
      onFault: (error, messages) => {
        desk.lost(source, messages);
        if (!parts.ending.aborted) log.error("syslog messages could not be handed over", { source, messages, error });
      },
    });
    batches.set(peer, { batch, source });
    return batch;
  }

  socket.on("message", (message: Buffer, { address }: RemoteInfo) => {
    const peer = plainAddress(address);
    const text = withoutEnd(message);
    if (text.length === 0) return;
    const batch = batchOf(peer);
    if (!batch || waiting + text.length > mostBytes || batch.bytes + text.length > mostPeerBytes) {
      desk.lost(sourceOf(peer), 1);
      return;
    }
    waiting += text.length + 1;
    batch.add(text);
  });
  socket.on("error", (error) => log.error("the UDP socket of syslog failed", { error }));
  socket.bind({ address: host, port });
  await once(socket, "listening");
  const { port: taken } = socket.address();

  let dropped = 0;
  const watching = every(
    10_000,
    async () => {
      const now = (await kernelDrops(taken)) ?? 0;
      if (now > dropped) desk.lost(parts.fallback, now - dropped);
      dropped = now;
    },
    { clock, onFault: (error) => log.warn("the kernel's count of dropped datagrams can't be read", { error }) },
  );

  return {
    port: taken,
    async [Symbol.asyncDispose]() {
      const closed = once(socket, "close");
      socket.close();
      await closed;
      stop.abort();
      await watching[Symbol.asyncDispose]();
      await Promise.all([...batches.values()].map(({ batch }) => batch.flush()));
    },
  };
}

/** Some senders end a datagram as if it were a line or a C string. */
function withoutEnd(message: Buffer): Buffer {
  let end = message.length;
  while (end > 0 && (message[end - 1] === 10 || message[end - 1] === 13 || message[end - 1] === 0)) end -= 1;
  return message.subarray(0, end);
}
