import { createPrivateKey, X509Certificate } from "node:crypto";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { readFile, stat } from "node:fs/promises";
import { createServer } from "node:net";
import type { Instant } from "#kernel";
import type { Settings } from "#settings";
import { bad, type Finding, look, ok } from "../core/finding.ts";
import { judgeCertificate } from "../core/judge-machine.ts";

/** Where the server listens, or is to listen, and as whom. `running` is whether it does so now. */
export async function lookAtNetwork({ http, ingest }: Settings, running: boolean, now: Instant): Promise<Finding[]> {
  const findings: Finding[] = [];
  if (http) findings.push(await lookAtPort("port", "tcp", http.host, http.port, running), ...lookAtAddress(http));
  if (ingest) {
    const { syslogHost, syslogUdp, syslogTcp, syslogTls } = ingest;
    const ports = [
      ["syslog-udp", "udp", syslogUdp],
      ["syslog-tcp", "tcp", syslogTcp],
      ["syslog-tls", "tcp", syslogTls],
    ] as const;
    for (const [id, protocol, port] of ports)
      if (port !== undefined) findings.push(await lookAtPort(id, protocol, syslogHost, port, running));
    if (ingest.syslogTlsCert !== undefined)
      findings.push(await lookAtCertificate(ingest.syslogTlsCert, ingest.syslogTlsKey, now));
  }
  return findings;
}

function lookAtAddress({ host, publicUrl, trustedProxies }: NonNullable<Settings["http"]>): Finding[] {
  const loopback = /^(?:127\.|::1$|localhost$)/.test(host);
  const findings: Finding[] = [];
  if (!loopback && publicUrl === undefined)
    findings.push(
      look(
        "public-url",
        `It listens on ${host}, in the open, without TLS.`,
        "Put a reverse proxy with TLS in front, and set publicUrl.",
      ),
    );
  if (publicUrl?.startsWith("http:") === true && !/^http:\/\/(?:localhost|127\.|\[::1\])/.test(publicUrl))
    findings.push(
      look("public-url", "publicUrl is without TLS.", "Let the proxy end TLS, and set publicUrl to https://."),
    );
  if (publicUrl !== undefined && trustedProxies === undefined)
    findings.push(
      look(
        "trusted-proxies",
        "There is a publicUrl and no proxy is trusted.",
        "Name the proxy in trustedProxies: else all people share its limits.",
      ),
    );
  return findings.length > 0 ? findings : [ok("public-url", "Its address is as it should be.")];
}

async function lookAtPort(
  id: string,
  protocol: "tcp" | "udp",
  host: string,
  port: number,
  running: boolean,
): Promise<Finding> {
  const name = `${protocol.toUpperCase()} port ${port}`;
  if (port === 0) return ok(id, `A free ${protocol.toUpperCase()} port is taken.`);
  const problem = await (protocol === "tcp" ? tryTcp : tryUdp)(host, port);
  if (problem === undefined)
    return running
      ? look(id, `A server runs, and ${name} is free.`, "Its settings are others than these, or it still starts.")
      : ok(id, `${name} is free.`);
  if (problem === "EADDRINUSE" && running) return ok(id, `${name} is taken, by the server that runs, it seems.`);
  if (problem === "EADDRINUSE")
    return bad(id, `${name} is taken by another program.`, "End that, or choose another port.");
  if (problem === "EACCES")
    return bad(id, `${name} may not be used by this user.`, "Choose one from 1024 on, or give CAP_NET_BIND_SERVICE.");
  return bad(id, `${name} on ${host} can't be used: ${problem}.`, "Name an address of this machine.");
}

async function tryTcp(host: string, port: number): Promise<string | undefined> {
  const server = createServer();
  try {
    server.listen({ host, port, exclusive: true });
    await once(server, "listening");
    return undefined;
  } catch (error) {
    return codeOf(error);
  } finally {
    server.close();
  }
}

async function tryUdp(host: string, port: number): Promise<string | undefined> {
  const socket = createSocket(host.includes(":") ? "udp6" : "udp4");
  try {
    const bound = once(socket, "listening");
    socket.bind({ address: host, port, exclusive: true });
    await bound;
    return undefined;
  } catch (error) {
    return codeOf(error);
  } finally {
    socket.close();
  }
}

async function lookAtCertificate(file: string, keyFile: string | undefined, now: Instant): Promise<Finding> {
  const id = "syslog-certificate";
  try {
    const certificate = new X509Certificate(await readFile(file));
    const left = Date.parse(certificate.validTo) - now;
    if (keyFile !== undefined) {
      const key = createPrivateKey(await readFile(keyFile));
      if (!certificate.checkPrivateKey(key))
        return bad(
          id,
          "The key of syslog over TLS is not that of its certificate.",
          "Put the two that belong together in place.",
        );
      if (((await stat(keyFile)).mode & 0o007) !== 0)
        return bad(id, "Everybody on this machine may read the key of syslog over TLS.", "chmod 600 it.");
    }
    return judgeCertificate(id, "The certificate of syslog over TLS", left);
  } catch (error) {
    return bad(
      id,
      `The certificate or key of syslog over TLS can't be read: ${codeOf(error)}.`,
      "Name PEM files that the server may read.",
    );
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "not in a form that is known";
}
