/** The first pages in a real browser: journeys by keyboard, axe in both modes, pictures where SCREENSHOTS names a folder. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { readSettings, type SettingsRead } from "#settings";
import { type Browser, chromium, type Page } from "playwright-core";
import { askHouse, serve } from "./house.ts";

const program = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((path) =>
  existsSync(path),
);
const skip =
  program === undefined && process.env["CI"] !== "true"
    ? "SKIPPED, CHROMIUM IS NOT INSTALLED: install Debian's chromium to run this suite"
    : false;

const axe = await readFile(new URL(import.meta.resolve("axe-core/axe.min.js")), "utf8");
const pictures = process.env["SCREENSHOTS"];
let folder = "";
let browser: Browser;
let said = "";
let settings: SettingsRead;
const stop = new AbortController();
let ended: Promise<void>;

before(async () => {
  if (skip) return;
  folder = await mkdtemp(join(tmpdir(), "meridian-browser-"));
  const read = readSettings({
    args: ["--port=0", `--data=${join(folder, "data")}`, "--log-level=error"],
    env: {},
    readFile: () => "",
  });
  assert.ok(read.ok);
  settings = read.value;
  const told = Promise.withResolvers<void>();
  ended = serve(settings, stop.signal, (text) => {
    said += text;
    told.resolve();
  });
  await Promise.race([told.promise, ended]);
  browser = await chromium.launch({ executablePath: program ?? "", args: ["--no-sandbox"] });
});

after(async () => {
  if (skip) return;
  await browser.close();
  stop.abort();
  await ended;
  await rm(folder, { recursive: true, force: true });
});

const modes = ["light", "dark"] as const;

async function lookAt(page: Page, name: string): Promise<void> {
  for (const colorScheme of modes) {
    await page.emulateMedia({ colorScheme });
    for (const [size, width] of [
      ["wide", 1280],
      ["narrow", 320],
    ] as const) {
      await page.setViewportSize({ width, height: 760 });
      if (pictures) await page.screenshot({ path: join(pictures, `${name}-${colorScheme}-${size}.png`) });
      assert.equal(
        await page.evaluate("document.documentElement.scrollWidth <= innerWidth"),
        true,
        `${name} scrolls sideways when ${size}`,
      );
    }
    // By the protocol, which the Content-Security-Policy of the page does not bind; the page itself may run nothing.
    await page.evaluate(axe);
    const { violations } = (await page.evaluate(
      "axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })",
    )) as { violations: { id: string; nodes: { html: string }[] }[] };
    assert.deepEqual(
      violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" ")}`),
      [],
      `${name}, ${colorScheme}`,
    );
  }
}

const agents = [
  "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
  "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Mobile/15E148 Safari/604.1",
  "a-program-with-a-name-that-is-longer-th/2026.11.24-nightly1",
];

async function signInElsewhere(url: string, agent: string): Promise<void> {
  const { value: link } = await askHouse(settings, "sign-in-link", undefined, stop.signal);
  const body = new URL(String(link)).searchParams;
  const answer = await fetch(`${url}/sign-in`, {
    method: "POST",
    body,
    headers: { "user-agent": agent },
    redirect: "manual",
  });
  assert.equal(answer.status, 303);
}

test(
  "from the printed link to signing out, by keyboard alone, without a complaint by axe in either mode",
  { skip },
  async () => {
    const url = /Open +(\S+)/.exec(said)?.[1] ?? "";
    const link = /Sign in +(\S+)/.exec(said)?.[1] ?? "";
    const page = await browser.newPage();
    const complaints: string[] = [];
    page.on("console", (message) => complaints.push(message.text()));
    await page.goto(url);
    const font = await fetch(`${url}${await page.getAttribute("link[rel=preload]", "href")}`);
    assert.deepEqual(
      [font.status, font.headers.get("content-type"), font.headers.get("cache-control")],
      [200, "font/woff2", "public, max-age=31536000, immutable"],
    );
    assert.equal(
      await page.evaluate("document.fonts.ready.then((all) => [...all].some((one) => one.status === 'loaded'))"),
      true,
    );
    await lookAt(page, "signed-out");
    await page.goto(String(link));
    await lookAt(page, "sign-in");
    await page.keyboard.press("Enter");
    await page.waitForURL(`${url}/`);
    assert.match((await page.textContent(".who")) ?? "", /Sign out/);
    await lookAt(page, "signed-in");
    await page.click(".who a");
    await page.waitForURL(`${url}/sessions`);
    await lookAt(page, "only-session");
    for (const agent of agents) await signInElsewhere(url, agent);
    await page.reload();
    assert.equal(await page.locator(".sessions > li").count(), 1 + agents.length);
    await lookAt(page, "sessions");
    await page.focus('[aria-label^="End Firefox 128"]');
    await page.keyboard.press("Enter");
    await page.waitForSelector("text=One session was ended.");
    await lookAt(page, "session-ended");
    await page.focus("text=End all 2 others");
    await page.keyboard.press("Enter");
    await page.waitForSelector("text=2 sessions were ended.");
    await page.waitForSelector("text=This browser, and no other");
    await page.goto(url);
    await rm(join(folder, "data/blobs"), { recursive: true });
    // The server asks its parts once a second.
    while ((await fetch(`${url}/readyz`)).status !== 503) await page.waitForTimeout(100);
    await page.reload();
    assert.match((await page.textContent("h1")) ?? "", /running without blobs/);
    await lookAt(page, "degraded");
    await page.focus("button");
    await page.keyboard.press("Enter");
    await page.waitForSelector("text=Signed out");
    assert.deepEqual(complaints, []);
    await page.goto(String(link));
    await page.waitForSelector("button.primary:focus");
    await page.keyboard.press("Enter");
    await page.waitForSelector("text=Link used");
    await lookAt(page, "link-used");
    await page.goto(`${url}/nothing`);
    await lookAt(page, "not-found");
  },
);
