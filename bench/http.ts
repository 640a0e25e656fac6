/**
 * What the HTTP door costs: requests a second on connections that are kept alive, and the server's processor time for
 * each. Every request is a POST with a source's token, through everything that stands before a handler; the handler only
 * counts the body's bytes. Beside it, in turns, a bare node:http server that does nothing but that: what Node itself takes.
 *
 *   npm run bench http -- [--seconds 3] [--rounds 3] [--connections 8]
 *
 * The server is a process of its own, so that the clients' cost is not in its figures. Each
 * figure is the median of its rounds; they go to bench/out/http.json.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

interface Ready {
  readonly token: string;
  readonly ports: Readonly<Record<string, number>>;
}

interface Lane {
  readonly name: string;
  readonly server: string;
  readonly path: string;
  readonly bytes: number;
}

const { values: options } = parseArgs({
  options: {
    seconds: { type: "string", default: "3" },
    rounds: { type: "string", default: "3" },
    connections: { type: "string", default: "8" },
  },
});
const seconds = Number(options.seconds);
const connections = Number(options.connections);
const lanes: readonly Lane[] = [
  { name: "64 KiB, read whole", server: "meridian", path: "/whole", bytes: 65_536 },
  { name: "64 KiB, read in chunks", server: "meridian", path: "/chunks", bytes: 65_536 },
  { name: "64 KiB, bare node:http", server: "bare", path: "/whole", bytes: 65_536 },
  { name: "1 KiB, read whole", server: "meridian", path: "/whole", bytes: 1_024 },
  { name: "1 KiB, bare node:http", server: "bare", path: "/whole", bytes: 1_024 },
];

const server = fork(fileURLToPath(new URL("http-server.ts", import.meta.url)), {
  execArgv: ["--disable-warning=ExperimentalWarning"],
});
const [{ token, ports }] = (await once(server, "message")) as [Ready];
const found = new Map(lanes.map(({ name }) => [name, [] as Round[]]));
for (const lane of lanes) await run(lane, 1);
for (let round = 0; round < Number(options.rounds); round += 1)
  for (const lane of lanes) found.get(lane.name)?.push(await run(lane, seconds));
server.disconnect();

const figures = {
  processor: cpus()[0]?.model,
  node: process.version,
  connections,
  lanes: Object.fromEntries(
    [...found].map(([name, rounds]) => [
      name,
      {
        requestsPerSecond: Math.round(median(rounds.map((one) => one.requests / one.seconds))),
        processorMicroseconds: Math.round(median(rounds.map((one) => one.processor / one.requests))),
        p50Milliseconds: median(rounds.map((one) => one.p50)),
        p99Milliseconds: median(rounds.map((one) => one.p99)),
      },
    ]),
  ),
};
await writeFile(new URL("out/http.json", import.meta.url), `${JSON.stringify(figures, undefined, 2)}\n`);
console.table(figures.lanes);

interface Round {
  readonly requests: number;
  readonly seconds: number;
  /** Microseconds. */
  readonly processor: number;
  readonly p50: number;
  readonly p99: number;
}

async function run({ server: which, path, bytes }: Lane, length: number): Promise<Round> {
  const request = Buffer.concat([
    Buffer.from(
      `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/x-ndjson\r\nContent-Length: ${bytes}\r\n\r\n`,
    ),
    Buffer.alloc(bytes, "x"),
  ]);
  const before = await processorOf();
  const began = performance.now();
  const until = began + length * 1_000;
  const each = await Promise.all(
    Array.from({ length: connections }, () => keepAsking(ports[which] ?? 0, request, until)),
  );
  const took = (performance.now() - began) / 1_000;
  const times = each.flat().sort((a, b) => a - b);
  const at = (share: number) => Math.round((times[Math.floor(times.length * share)] ?? 0) * 100) / 100;
  return {
    requests: times.length,
    seconds: took,
    processor: (await processorOf()) - before,
    p50: at(0.5),
    p99: at(0.99),
  };
}

/** One connection, one request after the other; gives back how many milliseconds each took. */
async function keepAsking(port: number, request: Buffer, until: number): Promise<number[]> {
  const socket = connect(port, "127.0.0.1").setNoDelay(true);
  await once(socket, "connect");
  const times: number[] = [];
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let began = performance.now();
  let text = "";
  socket.on("error", reject);
  socket.on("data", (chunk) => {
    text += chunk.toString("latin1");
    const head = text.indexOf("\r\n\r\n");
    const length = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? Number.NaN);
    if (head < 0 || text.length < head + 4 + length) return;
    if (!text.startsWith("HTTP/1.1 200")) return reject(new Error(text));
    text = "";
    const now = performance.now();
    times.push(now - began);
    if (now >= until) return resolve();
    began = now;
    socket.write(request);
  });
  socket.write(request);
  await promise.finally(() => socket.destroy());
  return times;
}

async function processorOf(): Promise<number> {
  server.send("processor");
  const [{ user, system }] = (await once(server, "message")) as [NodeJS.CpuUsage];
  return user + system;
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1] ?? 0;
}
