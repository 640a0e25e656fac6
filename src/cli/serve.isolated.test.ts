import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

const main = fileURLToPath(new URL("main.ts", import.meta.url));
let folder = "";
before(async () => void (folder = await mkdtemp(join(tmpdir(), "meridian-serve-"))));
after(() => rm(folder, { recursive: true, force: true }));

interface Running {
  readonly child: ChildProcess;
  readonly said: { out: string; err: string };
  /** Resolves with what was found once stdout holds it. */
  until(pattern: RegExp): Promise<RegExpExecArray>;
  readonly exit: Promise<number | null>;
}

function meridian(args: readonly string[], env: Record<string, string> = {}): Running {
  const clean = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith("MERIDIAN_") && name !== "NODE_TEST_CONTEXT"),
  );
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", main, ...args], {
    env: { ...clean, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said = { out: "", err: "" };
  child.stdout.on("data", (chunk) => void (said.out += chunk));
  child.stderr.on("data", (chunk) => void (said.err += chunk));
  const exit = once(child, "close").then(([code]) => code as number | null);
  const until = async (pattern: RegExp) => {
    for (;;) {
      const found = pattern.exec(said.out);
      if (found) return found;
      if (child.exitCode !== null) assert.fail(`it ended with ${child.exitCode}\n${said.out}\n${said.err}`);
      await Promise.race([once(child.stdout, "data"), exit]);
    }
  };
  return { child, said, until, exit };
}

const serve = (name: string, ...args: string[]) =>
  meridian(["serve", "--port=0", `--data=${join(folder, name)}`, "--log-format=json", ...args]);

test("from the first start to a session: the printed link lets one browser in, once", async () => {
  const server = serve("first");
  const [, url = ""] = await server.until(/Open +(\S+)/);
  const [, link = ""] = await server.until(/Sign in +(\S+)/);
  assert.match(await (await fetch(link)).text(), /<button class="primary" autofocus>Sign in<\/button>/);
  const token = new URL(link).searchParams.get("token") ?? "";
  const signIn = () =>
    fetch(`${url}/sign-in`, {
      method: "POST",
      body: new URLSearchParams({ token }),
      headers: { origin: url },
      redirect: "manual",
    });
  const signedIn = await signIn();
  assert.equal(signedIn.status, 303);
  assert.equal((await signIn()).status, 410);
  const cookie = signedIn.headers.get("set-cookie")?.split(";")[0] ?? "";
  assert.match(await (await fetch(url, { headers: { cookie } })).text(), /Sign out/);
  assert.doesNotMatch(server.said.err, new RegExp(token));
  server.child.kill("SIGTERM");
  assert.equal(await server.exit, 0);
});

test("while the server runs, the terminal gets links from it; while it does not, from the data folder", async () => {
  const server = serve("links");
  const [, url = ""] = await server.until(/Open +(\S+)/);
  const running = meridian(["sign-in-link", `--data=${join(folder, "links")}`]);
  assert.equal(await running.exit, 0, running.said.err);
  assert.ok(running.said.out.startsWith(`${url}/sign-in?token=`), running.said.out);
  assert.equal(
    (
      await fetch(`${url}/sign-in`, {
        method: "POST",
        body: new URL(running.said.out.trim()).searchParams,
        redirect: "manual",
      })
    ).status,
    303,
  );
  server.child.kill("SIGINT");
  assert.equal(await server.exit, 0);
  const stopped = meridian(["sign-in-link", `--data=${join(folder, "links")}`]);
  assert.equal(await stopped.exit, 0, stopped.said.err);
  assert.match(stopped.said.out, /^http:\/\/127\.0\.0\.1:8080\/sign-in\?token=[\w-]{43}\n$/);
  assert.match(stopped.said.err, /No server runs/);
});

test("a data folder is held by one server at a time, and killing one frees it", async () => {
  const first = serve("held");
  await first.until(/Open/);
  const second = serve("held");
  assert.equal(await second.exit, 2);
  assert.match(second.said.err, /^meridian: The data folder .* is held by process \d+/m);
  first.child.kill("SIGKILL");
  await first.exit;
  const third = serve("held");
  await third.until(/Open/);
  third.child.kill("SIGTERM");
  assert.equal(await third.exit, 0);
});

test("a first signal waits for what is in flight, a second one does not", async () => {
  const server = serve("signals", "--shutdown-grace=10m", "--request-timeout=10m");
  const [, port = ""] = await server.until(/Open +http:\/\/127\.0\.0\.1:(\d+)/);
  const socket = connect(Number(port), "127.0.0.1");
  socket.on("error", () => {});
  socket.write(
    "POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\nExpect: 100-continue\r\n\r\n",
  );
  await once(socket, "data");
  server.child.kill("SIGTERM");
  while (!server.said.err.includes('"stopping"')) await once(server.child.stderr ?? assert.fail(), "data");
  assert.equal(server.child.exitCode, null);
  server.child.kill("SIGTERM");
  assert.equal(await server.exit, null);
  assert.equal(server.child.signalCode, "SIGTERM");
  socket.destroy();
});

test("settings that do not fit end the start with every reason and code 2", async () => {
  const wrong = meridian(["serve", "--prot=1"], { MERIDIAN_PORT: "many" });
  assert.equal(await wrong.exit, 2);
  assert.match(
    wrong.said.err,
    /--prot=1 is no setting\. Did you mean --port\?\n.*MERIDIAN_PORT is "many"\. Give a whole number/,
  );
  assert.equal(wrong.said.out, "");
});

test("config shows what is in force and where it comes from, never a secret", async () => {
  const shown = meridian(["config", "--port=81"], {
    MERIDIAN_LOG_LEVEL: "warn",
    MERIDIAN_METRICS_TOKEN: "hunter2hunter2hunter2",
  });
  assert.equal(await shown.exit, 0);
  assert.match(shown.said.out, /^--port +81 +--port$/m);
  assert.match(shown.said.out, /^--log-level +warn +MERIDIAN_LOG_LEVEL$/m);
  assert.match(shown.said.out, /^MERIDIAN_METRICS_TOKEN +\[secret\] +MERIDIAN_METRICS_TOKEN$/m);
  assert.ok(!shown.said.out.includes("hunter2"));
});

test("an unknown verb is answered with the list of verbs and code 2", async () => {
  const lost = meridian(["sereve"]);
  assert.equal(await lost.exit, 2);
  assert.match(lost.said.err, /no verb "sereve"[^]*serve/);
});
