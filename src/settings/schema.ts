import { z } from "zod";
import { logLevels } from "#telemetry";
import * as kind from "./kinds.ts";

/** What a process can do. Each loads only its own part, so one program scales out by settings alone. */
export const roleNames = ["http", "ingest", "detect", "jobs"] as const;
export type RoleName = (typeof roleNames)[number];

/** What every process needs, whatever its roles. Descriptions are what operators read; defaults are as they would write them. */
const every = z.object({
  roles: kind.listOf(roleNames).prefault(roleNames.join(",")).describe("What this process does."),
  data: kind.path().prefault("data").describe("The folder that holds everything; one process at a time opens it."),
  logLevel: kind.oneOf(logLevels).prefault("info").describe("The least grave log lines to write."),
  logFormat: kind
    .oneOf(["auto", "json", "pretty"])
    .prefault("auto")
    .describe("How log lines look; auto is pretty on a terminal and JSON elsewhere."),
  eventsMemory: kind
    .size()
    .prefault("2GiB")
    .describe("The most memory that the engine of events may use, where it is in this process."),
  clickhouseCluster: kind
    .clusterName()
    .optional()
    .describe(
      "The ClickHouse cluster, as its servers name it, that is to keep the tables; without it one server does.",
    ),
  shutdownGrace: kind
    .duration("0s", "10m")
    .prefault("10s")
    .describe("How long requests in flight may take after a signal to stop."),
});

const http = z.object({
  host: kind
    .address()
    .prefault("127.0.0.1")
    .describe("The address to listen on. Anything but this machine's own wants a reverse proxy with TLS in front."),
  port: kind.whole(0, 65_535).prefault("8080").describe("The port to listen on; 0 takes a free one."),
  publicUrl: kind
    .origin()
    .optional()
    .describe("The address that people's browsers use, where it is another than host and port."),
  trustedProxies: kind
    .networks()
    .optional()
    .describe("Proxies whose X-Forwarded-For is believed, as addresses or networks with commas between."),
  bodyLimit: kind.size().prefault("1MiB").describe("The largest request body, unless a route says another."),
  requestTimeout: kind
    .duration("1s", "10m")
    .prefault("30s")
    .describe("The longest that a request may take to arrive, and then to be answered."),
  sessionLifetime: kind.duration("5m", "90d").prefault("12h").describe("How long a session lasts after signing in."),
});

const port = () => kind.whole(0, 65_535).optional();
const ingest = z.object({
  syslogHost: kind
    .address()
    .prefault("0.0.0.0")
    .describe("The address that syslog is listened for on, where a port is set."),
  syslogUdp: port().describe("The port for syslog over UDP, such as 5514; without it nobody listens."),
  syslogTcp: port().describe("The port for syslog over TCP, such as 5514; without it nobody listens."),
  syslogTls: port().describe("The port for syslog over TLS, such as 6514; without it nobody listens."),
  syslogTlsCert: kind.path().optional().describe("The certificate for syslog over TLS, a PEM file."),
  syslogTlsKey: kind.path().optional().describe("The certificate's key, a PEM file."),
  syslogTlsClientCa: kind
    .path()
    .optional()
    .describe("Whose certificates senders over TLS have to show, a PEM file; without it they need none."),
  syslogSource: kind.sourceName().prefault("syslog").describe("The source that syslog messages are of."),
  syslogPeers: kind
    .sourcesByNetwork()
    .optional()
    .describe("Sources of senders' networks instead, as 10.1.0.0/16=lisbon,192.0.2.7=firewall; the first that fits."),
  lanes: kind
    .whole(1, 256)
    .optional()
    .describe("Threads that read and detect what comes in; one less than there are cores when not said."),
  takeQueue: kind
    .size()
    .prefault("64MiB")
    .describe("How much may wait to be stored and detected; past it senders are told to come again."),
  collect: kind.path().optional().describe("A YAML file of what to fetch: log files, buckets, NATS streams."),
});
const detect = z.object({
  rules: kind.paths().optional().describe("Folders of Sigma rules to ask beside Meridian's own, with commas between."),
  geoipFile: kind
    .paths()
    .optional()
    .describe("Files that tell where addresses are and whose, in the MaxMind DB format, with commas between."),
  lateness: kind
    .duration("0s", "1d")
    .prefault("30s")
    .describe("How much later than others an event may come and still be correlated with them in its place."),
});
const jobs = z.object({
  ledgerOrigin: kind
    .keyName()
    .optional()
    .describe(
      "What the ledger is called for ever, in its checkpoints and keys; made up at the first start without it.",
    ),
  ledgerWitnesses: kind
    .witnesses()
    .optional()
    .describe("Who cosigns the ledger's checkpoints: addresses and keys, ADDRESS KEY with commas between."),
});

export const roleSchemas = { http, ingest, detect, jobs } satisfies Record<RoleName, z.ZodObject>;
export const everySchema = every;

/** Held apart from settings: never arguments, never shown. */
export const secretSchema = z.object({
  databaseUrl: kind
    .secretUrl(["postgres", "postgresql"])
    .optional()
    .describe(
      "PostgreSQL for the records, as postgres://user:password@host/database; without it SQLite in the data folder.",
    ),
  clickhouseUrl: kind
    .secretUrl(["http", "https"])
    .optional()
    .describe(
      "ClickHouse for the events, as https://user:password@host:8443/database; without it chDB in the data folder.",
    ),
  natsUrl: kind
    .secretUrl(["nats", "tls"])
    .optional()
    .describe(
      "NATS JetStream for the streams, as nats://user:password@host:4222; without it streams stay in the process.",
    ),
  blobsUrl: kind
    .secretUrl(["s3"])
    .optional()
    .describe(
      "A bucket for the blobs, as s3://key-id:secret@bucket/prefix?region=eu-west-1; without it files in the data folder.",
    ),
  ledgerKey: kind
    .secretText(44)
    .optional()
    .describe("The ledger's private key, 32 bytes in base64; without it one that is made and kept in the data folder."),
  metricsToken: kind.secretText(16).optional().describe("When set, /metrics wants it as a bearer token."),
});

export type Settings = z.output<typeof every> & {
  readonly [Role in RoleName]: z.output<(typeof roleSchemas)[Role]> | undefined;
};
export type Secrets = z.output<typeof secretSchema>;
