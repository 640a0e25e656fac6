import { readFile } from "node:fs/promises";
import type { TlsOptions } from "node:tls";
import type { Clock } from "#platform";
import type { Log } from "#telemetry";
import type { Desk } from "../desk.ts";
import { refuse } from "../refusals.ts";
import { listenStream } from "./listen-stream.ts";
import { listenUdp } from "./listen-udp.ts";
import { type PeerSources, sourceOfPeer } from "./source-of-peer.ts";

export interface SyslogOptions {
  readonly host: string;
  /** Ports; 0 takes a free one, undefined does not listen. */
  readonly udp?: number | undefined;
  readonly tcp?: number | undefined;
  readonly tls?: number | undefined;
  /** Paths of PEM files, for `tls`. */
  readonly tlsCert?: string | undefined;
  readonly tlsKey?: string | undefined;
  /** Path of the authorities whose certificates senders have to show; without it they need none. */
  readonly tlsClientCa?: string | undefined;
  /** The source of peers that no network names. */
  readonly source: string;
  readonly peers: PeerSources;
}

export interface Syslog extends AsyncDisposable {
  /** The ports that were taken. */
  readonly ports: { readonly udp?: number; readonly tcp?: number; readonly tls?: number };
}

/** Milliseconds that messages which were received and not yet taken have at the end. */
const grace = 5_000;

/** Listens for syslog on the ports that are set. Throws the refusal `intake/cannot-listen` with what the system says of a port, a certificate or a key. */
export async function startSyslog(
  { desk, clock, log }: { readonly desk: Desk; readonly clock: Clock; readonly log: Log },
  options: SyslogOptions,
): Promise<Syslog> {
  const { host, udp, tcp, tls, source, peers } = options;
  await using opening = new AsyncDisposableStack();
  const ending = new AbortController();
  const sourceOf = sourceOfPeer(peers, source);
  const parts = { desk, clock, log, sourceOf, fallback: source, ending: ending.signal };
  const ports: { udp?: number; tcp?: number; tls?: number } = {};
  try {
    if (udp !== undefined) ports.udp = opening.use(await listenUdp(parts, { host, port: udp })).port;
    if (tcp !== undefined) ports.tcp = opening.use(await listenStream(parts, { host, port: tcp })).port;
    if (tls !== undefined)
      ports.tls = opening.use(await listenStream(parts, { host, port: tls, tls: await readTls(options) })).port;
  } catch (error) {
    throw refuse("cannot-listen", { host, why: error instanceof Error ? error.message : String(error) }, error);
  }
  if (Object.keys(ports).length > 0) log.info("listening for syslog", { host, ...ports, source });
  const opened = opening.move();
  return {
    ports,
    async [Symbol.asyncDispose]() {
      const timer = setTimeout(() => ending.abort(new Error("the grace for what waits is over")), grace);
      await opened.disposeAsync();
      clearTimeout(timer);
    },
  };
}

async function readTls({ tlsCert, tlsKey, tlsClientCa }: SyslogOptions): Promise<TlsOptions> {
  if (tlsCert === undefined || tlsKey === undefined)
    throw new RangeError("syslog over TLS needs a certificate and a key: set syslogTlsCert and syslogTlsKey");
  const [cert, key, ca] = await Promise.all([
    readFile(tlsCert),
    readFile(tlsKey),
    tlsClientCa === undefined ? undefined : readFile(tlsClientCa),
  ]);
  return { cert, key, ...(ca && { ca, requestCert: true, rejectUnauthorized: true }) };
}
