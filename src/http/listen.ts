import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import { refusals } from "#kernel";

export interface ListenOptions {
  readonly fetch: (request: Request, environment: object) => Promise<Response> | Response;
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** The longest that a request may take to arrive, in milliseconds. */
  readonly requestTimeout: number;
}

export interface HttpServer {
  /** `http://127.0.0.1:8080`, with the port that was taken. */
  readonly url: string;
  /** Accepts nothing new, waits for what is in flight up to `grace` milliseconds, then cuts. Says what was cut. */
  close(grace: number): Promise<{ readonly cut: number }>;
}

const refuse = refusals("http", {
  "port-taken": {
    status: 503,
    says: "Port {port} on {host} is taken by another program. Stop it, or give --port another number (0 takes a free one).",
  },
  "cannot-listen": {
    status: 503,
    says: "Cannot listen on {host}, port {port}: {code}. Give --host an address of this machine and --port one you may use.",
  },
});

/** Starts to serve. Throws a Refusal where it cannot listen. */
export async function listen({ fetch, host, port, requestTimeout }: ListenOptions): Promise<HttpServer> {
  const server = createAdaptorServer({
    fetch: (request, environment) => fetch(request, environment),
    // Our own global Request and Response stay Node's.
    overrideGlobalObjects: false,
    hostname: host,
    createServer,
    serverOptions: {
      requestTimeout,
      headersTimeout: Math.min(requestTimeout, 10_000),
      keepAliveTimeout: 5_000,
      connectionsCheckingInterval: 1_000,
      maxHeaderSize: 16_384,
    },
  }) as Server;
  const inFlight = new Set<object>();
  server.on("request", (_request, response: { once: (event: "close", done: () => void) => void }) => {
    inFlight.add(response);
    response.once("close", () => inFlight.delete(response));
  });
  server.listen({ host, port });
  try {
    await once(server, "listening");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    throw refuse(code === "EADDRINUSE" ? "port-taken" : "cannot-listen", { host, port, code }, error);
  }
  const { port: taken } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${taken}`,
    async close(grace) {
      const closed = once(server, "close");
      server.close();
      server.closeIdleConnections();
      let cut = 0;
      const timer = setTimeout(() => {
        cut = inFlight.size;
        server.closeAllConnections();
      }, grace);
      // Kept-alive connections fall idle as their last answer goes out; they are not worth the whole grace.
      const sweep = setInterval(() => server.closeIdleConnections(), 50);
      await closed;
      clearTimeout(timer);
      clearInterval(sweep);
      return { cut };
    },
  };
}
