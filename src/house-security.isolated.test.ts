/** What an attacker tries, over every route that the house has: made from the list of routes, so a new one is tried too. */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import type { Actor } from "#access";
import { createApp, type Route } from "#http";
import { instant, makeId } from "#kernel";
import { readSettings } from "#settings";
import { createLog, createMetrics } from "#telemetry";
import { askHouse, describeHouse } from "./house.ts";

const { routes, permissions } = await describeHouse();
const guarded = routes.flatMap((route) => ("permission" in route.admits ? [{ route, ...route.admits }] : []));
const changing = routes.filter(({ method }) => method !== "GET");

/** An address of a route, with a text for each parameter. */
const addressOf = ({ path }: Route<Actor>, text = "x") => path.replace(/\{\w+\}/g, () => encodeURIComponent(text));

/** The house's routes before a caller of the test's choice. No handler runs: what it would read is closed. */
function asked(may: (permission: string) => boolean, id?: string) {
  const app = createApp<Actor>({
    routes,
    identify: async () => ({ kind: "person", ...(id === undefined ? {} : { id }), may }),
    problemPage: () => "",
    newId: (kind) => makeId(kind, instant(0), new Uint8Array(10)),
    log: createLog({ level: "error", format: "json", now: () => 0, write: (line) => assert.fail(line) }),
    metrics: createMetrics(),
    origins: { publicUrl: undefined, host: "127.0.0.1" },
    // Far apart, so that no limit refuses first.
    monotonic: (() => {
      let now = 0;
      return () => (now += 1e9);
    })(),
    bodyLimit: 1_000,
    requestTimeout: 10_000,
    stopping: new AbortController().signal,
  });
  return async (route: Route<Actor>, headers: Record<string, string> = {}) => {
    const { method } = route;
    const answer = await app.fetch(new Request(`http://127.0.0.1${addressOf(route)}`, { method, headers }));
    const { code } = (await answer.json().catch(() => ({}))) as { code?: string };
    return { status: answer.status, code };
  };
}

test("every route with a permission refuses a stranger before anything else is read", async () => {
  const ask = asked(() => false);
  for (const { route } of guarded)
    assert.deepEqual(await ask(route), { status: 401, code: "http/sign-in-first" }, route.id);
});

test("every route with a permission refuses a caller that has all others", async () => {
  for (const { route, permission } of guarded) {
    const ask = asked((one) => one !== permission && Object.hasOwn(permissions, one), "person_x");
    assert.deepEqual(await ask(route), { status: 403, code: "http/not-permitted" }, route.id);
  }
});

test("every route that changes something refuses another site's page, even where everything is permitted", async () => {
  const ask = asked(() => true, "person_x");
  const foreign = [
    { origin: "https://evil.example" },
    { origin: "null" },
    { origin: "http://127.0.0.1:1" },
    { origin: "http://127.0.0.1", "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site" },
    {},
  ];
  for (const route of changing)
    for (const headers of foreign) {
      const cookie = { cookie: "meridian_session=x" };
      for (const token of [{}, { authorization: "Bearer x" }])
        assert.deepEqual(
          await ask(route, { ...cookie, ...token, ...headers } as Record<string, string>),
          { status: 403, code: "http/foreign-origin" },
          `${route.id} ${JSON.stringify(headers)}`,
        );
    }
});

test("no route that changes something is a GET, so that no link and no image can carry it out", () => {
  // What Elastic's clients ask before they send; it is answered to senders alone, and changes nothing.
  const greetings = new Set(["ask-elastic-license", "ask-elastic-features"]);
  for (const { route, permission } of guarded)
    if (route.method === "GET" && !greetings.has(route.id))
      assert.doesNotMatch(permission, /\.(?:manage|make|end|write|send)$/, route.id);
});

describe("a running server", () => {
  let folder = "";
  let server: ChildProcess;
  let port = 0;
  let log = "";
  /** Everything that must not be found in a log line. */
  const secrets: string[] = [];
  const api = () => ({ authorization: `Bearer ${secrets[0] ?? ""}` });

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "meridian-security-"));
    const read = readSettings({ args: [`--data=${folder}`], env: {}, readFile: () => "" });
    assert.ok(read.ok);
    const settings = read.value;
    const { signal } = new AbortController();
    for (const wish of [
      { kind: "api", role: "owner" },
      { kind: "ingest", source: "edge" },
    ]) {
      const { value } = await askHouse(settings, "token.create", wish, signal);
      secrets.push((value as { token: string }).token);
    }
    const main = fileURLToPath(new URL("cli/main.ts", import.meta.url));
    const args = ["serve", "--port=0", `--data=${folder}`, "--log-format=json", "--log-level=debug"];
    const env = Object.fromEntries(
      Object.entries(process.env).filter(([name]) => !name.startsWith("MERIDIAN_") && name !== "NODE_TEST_CONTEXT"),
    );
    server = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", main, ...args], { env, stdio: "pipe" });
    server.stderr?.on("data", (chunk) => void (log += chunk));
    let said = "";
    server.stdout?.on("data", (chunk) => void (said += chunk));
    while (!said.includes("token="))
      await Promise.race([once(server.stdout ?? assert.fail(), "data"), once(server, "exit")]);
    port = Number(/:(\d+)/.exec(said)?.[1]);
    const link = /token=([\w-]{43})/.exec(said)?.[1] ?? assert.fail(said);
    secrets.push(link);
    const answer = await fetch(`http://127.0.0.1:${port}/sign-in`, {
      method: "POST",
      body: new URLSearchParams({ token: link }),
      redirect: "manual",
    });
    secrets.push(/meridian_session=([\w-]+)/.exec(answer.headers.get("set-cookie") ?? "")?.[1] ?? assert.fail());
  });
  after(async () => {
    server.kill("SIGKILL");
    await once(server, "close");
    await rm(folder, { recursive: true, force: true });
  });

  /** Line feeds, a terminal's commands, marks that turn the direction of writing, a forged line, a path out, SQL. */
  const nasty = [
    'x\r\nSet-Cookie: forged=1\r\n\r\n{"level":"info","message":"forged"}\n',
    "x\u001b[2J\u001b]0;forged\u0007\u009b31m\u202e\u2028",
    "../../../etc/passwd\u0000.json",
    "'; drop table access_people; -- \" or 1=1",
    "{{7*7}}${7*7}<script>forged</script>",
  ];

  /** Bytes on the wire as they are; gives back all that came. */
  async function raw(bytes: string): Promise<string> {
    const socket = connect(port, "127.0.0.1");
    const chunks: Buffer[] = [];
    socket.on("error", () => {});
    socket.on("data", (chunk: Buffer) => chunks.push(chunk));
    socket.end(Buffer.from(bytes, "latin1"));
    await once(socket, "close");
    return Buffer.concat(chunks).toString("latin1");
  }

  const head = (answer: string) => answer.slice(0, answer.indexOf("\r\n\r\n"));

  test("whatever stands in an address, a query, a body or a header, no answer has a header that it forged, and none is a fault", async () => {
    for (const route of routes)
      for (const text of nasty) {
        const gone = new AbortController();
        const body = JSON.stringify({ name: text, query: text, source: text, note: text, role: text, token: text });
        const answer = await fetch(
          `http://127.0.0.1:${port}${addressOf(route, text)}?q=${encodeURIComponent(text)}&token=${encodeURIComponent(text)}`,
          {
            method: route.method,
            redirect: "manual",
            signal: gone.signal,
            headers: {
              ...api(),
              "content-type": route.bodyType === "form" ? "application/x-www-form-urlencoded" : "application/json",
              "user-agent": encodeURIComponent(text),
              "x-forwarded-for": encodeURIComponent(text),
            },
            ...(route.method === "GET"
              ? {}
              : { body: route.bodyType === "form" ? `token=${encodeURIComponent(text)}` : body }),
          },
        );
        // 503 is a refusal, too: a part that is not ready.
        assert.ok(answer.status < 500 || answer.status === 503, `${route.id} ${answer.status}`);
        assert.equal(answer.headers.get("set-cookie")?.includes("forged") ?? false, false, route.id);
        assert.equal(answer.headers.get("x-content-type-options"), "nosniff", route.id);
        if ((answer.headers.get("content-type") ?? "").startsWith("text/html"))
          assert.doesNotMatch(await answer.text(), /<script>forged/, route.id);
        // An answer that goes on by itself has begun well.
        gone.abort();
      }
  });

  test("requests that two readers would cut differently are refused, and none smuggles a second one past the first", async () => {
    const smuggled = "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
    const doubtful = [
      `POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nxxxxx${smuggled}`,
      `POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`,
      `GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: a\rb: c\r\n\r\n`,
      `GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.example\r\n\r\n`,
      `GET / HTTP/1.1\nHost: evil.example\n\n`,
      `GET /\x1b[2J HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`,
      `GET / HTTP/1.1\r\nHost: evil.example\r\nUser-Agent: \x1b[2J\x9b31m\r\n\r\n`,
    ];
    for (const bytes of doubtful) {
      const answer = await raw(bytes);
      assert.match(head(answer), /^HTTP\/1\.1 (?:400|403)/, JSON.stringify(bytes));
      assert.doesNotMatch(answer, /"alive"/, JSON.stringify(bytes));
    }
  });

  test("each line of the log is one object of ours: nothing from outside breaks a line, moves a cursor or forges one", async () => {
    await raw(
      `GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: \x1b[2J\x9b31mforged\r\nX-Forwarded-For: \x1b[2J\r\nCookie: \x1b]0;x\x07\r\nConnection: close\r\n\r\n`,
    );
    assert.doesNotMatch(log, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\u202e]/);
    const lines = log.trimEnd().split("\n");
    assert.ok(lines.length > routes.length);
    for (const line of lines) {
      const { message, level } = JSON.parse(line) as { message: string; level: string };
      assert.notEqual(message, "forged", line);
      assert.match(level, /^(?:debug|info|warn)$/, line);
    }
  });

  test("no token, cookie or link that opens a door is ever in the log", async () => {
    const [token = "", source = "", link = "", session = ""] = secrets;
    for (const headers of [
      { authorization: `Bearer ${token}` },
      { authorization: `Bearer ${source}` },
      { authorization: `Splunk ${source}` },
      { authorization: `Basic ${Buffer.from(`x:${source}`).toString("base64")}` },
      { authorization: `Bearer ${token}x` },
      { cookie: `meridian_session=${session}` },
    ])
      for (const path of [
        "/api/status",
        `/sign-in?token=${link}`,
        `/${token}`,
        `/api/people/${source}`,
        `/?t=${session}`,
      ])
        await fetch(`http://127.0.0.1:${port}${path}`, { headers, redirect: "manual" }).then((answer) => answer.text());
    for (const secret of secrets) assert.ok(secret.length > 40 && !log.includes(secret));
  });
});
