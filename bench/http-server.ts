/** The servers that bench/http.ts asks, in a process of their own. */
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { type Actor, createAccess, permissions } from "#access";
import { answerJson, createApp, listen, route } from "#http";
import { makeId } from "#kernel";
import { openSqliteRecords, readMigrations, systemClock } from "#platform";
import { createLog, createMetrics } from "#telemetry";

const folder = mkdtempSync(join(tmpdir(), "meridian-bench-"));
process.once("disconnect", () => process.exit());
process.once("exit", () => rmSync(folder, { recursive: true }));
const records = await openSqliteRecords({ file: join(folder, "records.sqlite"), clock: systemClock });
await records.migrate(await readMigrations("access", new URL("../src/access/migrations/", import.meta.url)));
// As the house has it: randomness in bulk.
let random = randomBytes(4_000);
const newId = <Kind extends string>(kind: Kind) => {
  if (random.length === 0) random = randomBytes(4_000);
  const id = makeId(kind, systemClock.now(), random.subarray(0, 10));
  random = random.subarray(10);
  return id;
};
const access = createAccess({
  records,
  clock: systemClock,
  newId,
  permissions: [permissions, { "ingest.send": { says: "Send events.", roles: [] } }],
  sessionLifetime: 0,
  monotonic: () => performance.now(),
});
const own = route<Actor>();
const shape = {
  method: "POST",
  says: "Counts.",
  admits: { permission: "ingest.send" },
  bodyType: "bytes",
  quiet: true,
  answers: { 200: { says: "Counted." } },
} as const;
const routes = [
  own({
    ...shape,
    path: "/whole",
    id: "count-whole",
    handle: async ({ body }) => answerJson({ accepted: (await body.all()).length }),
  }),
  own({
    ...shape,
    path: "/chunks",
    id: "count-chunks",
    async handle({ body }) {
      let accepted = 0;
      for await (const chunk of body) accepted += chunk.length;
      return answerJson({ accepted });
    },
  }),
];
const app = createApp<Actor>({
  routes,
  identify: (request, from) => access.identify(request, from),
  problemPage: () => "",
  newId,
  log: createLog({ level: "info", format: "json", now: Date.now, write: (line) => process.stderr.write(line) }),
  metrics: createMetrics(),
  origins: { publicUrl: undefined, host: "127.0.0.1" },
  monotonic: () => performance.now(),
  bodyLimit: 1_048_576,
  requestTimeout: 30_000,
  stopping: new AbortController().signal,
});
const meridian = await listen({
  fetch: (request, environment) => app.fetch(request, environment),
  host: "127.0.0.1",
  port: 0,
  requestTimeout: 30_000,
});
const bare = createServer((incoming, outgoing) => {
  let accepted = 0;
  incoming.on("data", (chunk: Buffer) => void (accepted += chunk.length));
  incoming.on("end", () => {
    const text = `${JSON.stringify({ accepted })}\n`;
    outgoing.writeHead(200, { "content-type": "application/json", "content-length": text.length }).end(text);
  });
});
bare.listen(0, "127.0.0.1");
await once(bare, "listening");

const create = access.terminalVerbs((link) => link)["token.create"];
if (!create) throw new Error("no verb makes tokens");
const { token } = (await create.run({ kind: "ingest", source: "bench", note: "" }, new AbortController().signal)) as {
  token: string;
};
process.on("message", () => process.send?.(process.cpuUsage()));
process.send?.({
  token,
  ports: { meridian: Number(new URL(meridian.url).port), bare: (bare.address() as AddressInfo).port },
});
