import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { openDesk } from "../testing/open-desk.ts";
import { startSyslog } from "./start-syslog.ts";

const rsyslogd = ["/usr/sbin/rsyslogd", "/usr/local/sbin/rsyslogd"].find((file) => existsSync(file));
const gnutls = ["/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu"].some((folder) =>
  existsSync(`${folder}/rsyslog/lmnsd_gtls.so`),
);
const openssl = ["/usr/bin/openssl", "/usr/local/bin/openssl"].find((file) => existsSync(file));
const missing = [
  ...(rsyslogd ? [] : ["rsyslogd"]),
  ...(gnutls ? [] : ["rsyslog's GnuTLS driver"]),
  ...(openssl ? [] : ["openssl"]),
];
// Where packages are installed before the tests run, one that is missing is a failure.
const skip = missing.length > 0 && process.env["CI"] === undefined ? `needs ${missing.join(", ")}` : false;

const each = 200;
const text = (n: number) => `message ${n} "quoted" \\ back [and] brackets é ${"x".repeat(n % 50)}`;

test(
  "rsyslog sends to every syslog door, over TLS with a certificate that it checks, and each message arrives as it was written",
  { skip },
  async () => {
    const folder = await mkdtemp(join(tmpdir(), "meridian-rsyslog-"));
    try {
      await makeCertificates(folder);
      await using desk = openDesk();
      await using syslog = await startSyslog(desk, {
        host: "127.0.0.1",
        udp: 0,
        tcp: 0,
        tls: 0,
        tlsCert: join(folder, "server.crt"),
        tlsKey: join(folder, "server.key"),
        source: "fleet",
        peers: [],
      });
      const { udp = 0, tcp = 0, tls = 0 } = syslog.ports;
      const conf = join(folder, "rsyslog.conf");
      await writeFile(conf, configuration(folder, { udp, tcp, tls }));
      await writeFile(join(folder, "in.log"), Array.from({ length: each }, (_, n) => `${text(n)}\n`).join(""));
      const daemon = spawn(rsyslogd ?? "rsyslogd", ["-n", "-f", conf, "-i", join(folder, "pid")], {
        stdio: ["ignore", "pipe", "pipe"],
      });
      let said = "";
      for (const stream of [daemon.stdout, daemon.stderr]) stream.on("data", (piece) => void (said += String(piece)));
      const exited = once(daemon, "exit");
      // All four doors' messages are told apart by their tags.
      await Promise.race([desk.until(4 * each), exited.then(() => assert.fail(`rsyslogd ended by itself\n${said}`))]);
      daemon.kill("SIGTERM");
      await exited;
      for (const tag of ["viaudp", "vialines", "viacounted", "viatls"]) {
        const got = desk.reading.records.filter(({ body }) => body["program"] === tag);
        assert.deepEqual(
          got.map(({ body }) => String(body["message"])),
          Array.from({ length: each }, (_, n) => text(n)),
          tag,
        );
        assert.ok(
          got.every(
            ({ format, source, body }) => format === "syslog" && source === "fleet" && body["facility"] === "local3",
          ),
        );
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
);

function configuration(folder: string, { udp, tcp, tls }: { udp: number; tcp: number; tls: number }): string {
  const forward = (tag: string, rest: string) =>
    `template(name="${tag}" type="string" string="<%PRI%>1 %TIMESTAMP:::date-rfc3339% %HOSTNAME% ${tag} - - - %msg%")\n` +
    `action(type="omfwd" target="127.0.0.1" template="${tag}" queue.type="LinkedList" action.resumeRetryCount="-1" ${rest})\n`;
  return [
    `global(workDirectory="${folder}" defaultNetstreamDriverCAFile="${folder}/ca.crt" maxMessageSize="64k")`,
    `module(load="imfile" mode="polling" pollingInterval="1")`,
    `input(type="imfile" file="${folder}/in.log" tag="t" facility="local3" severity="notice")`,
    forward("viaudp", `port="${udp}" protocol="udp"`),
    forward("vialines", `port="${tcp}" protocol="tcp" TCP_Framing="traditional"`),
    forward("viacounted", `port="${tcp}" protocol="tcp" TCP_Framing="octet-counted"`),
    forward(
      "viatls",
      `port="${tls}" protocol="tcp" TCP_Framing="octet-counted" StreamDriver="gtls" StreamDriverMode="1" ` +
        `StreamDriverAuthMode="x509/name" StreamDriverPermittedPeers="desk.example"`,
    ),
    "",
  ].join("\n");
}

/** An authority and a certificate of its own for `desk.example`. */
async function makeCertificates(folder: string): Promise<void> {
  const run = (...args: string[]) => promisify(execFile)(openssl ?? "openssl", args, { cwd: folder });
  await run(
    "req",
    "-x509",
    "-newkey",
    "ec",
    "-pkeyopt",
    "ec_paramgen_curve:P-256",
    "-nodes",
    "-days",
    "2",
    "-subj",
    "/CN=test authority",
    "-keyout",
    "ca.key",
    "-out",
    "ca.crt",
  );
  await run(
    "req",
    "-newkey",
    "ec",
    "-pkeyopt",
    "ec_paramgen_curve:P-256",
    "-nodes",
    "-subj",
    "/CN=desk.example",
    "-keyout",
    "server.key",
    "-out",
    "server.csr",
  );
  await writeFile(join(folder, "ext"), "subjectAltName=DNS:desk.example\n");
  await run(
    "x509",
    "-req",
    "-in",
    "server.csr",
    "-CA",
    "ca.crt",
    "-CAkey",
    "ca.key",
    "-CAcreateserial",
    "-days",
    "2",
    "-extfile",
    "ext",
    "-out",
    "server.crt",
  );
}
