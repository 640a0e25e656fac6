/** The first pages in a real browser: journeys by keyboard, axe in both modes, pictures where SCREENSHOTS names a folder. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { readSettings } from "#settings";
import { type Browser, chromium, type Page } from "playwright-core";
import { serve } from "./house.ts";

const program = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((path) =>
  existsSync(path),
);
const skip =
  process.env["CI"] === "true"
    ? "not in CI: browsers are not installed there"
    : program === undefined
      ? "SKIPPED, CHROMIUM IS NOT INSTALLED: install Debian's chromium to run this suite"
      : false;

const axe = await readFile(new URL(import.meta.resolve("axe-core/axe.min.js")), "utf8");
const pictures = process.env["SCREENSHOTS"];
let folder = "";
let browser: Browser;
let said = "";
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
  const told = Promise.withResolvers<void>();
  ended = serve(read.value, stop.signal, (text) => {
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
      ["wide", 1100],
      ["narrow", 390],
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
    await lookAt(page, "signed-out");
    await page.goto(link);
    await lookAt(page, "sign-in");
    await page.keyboard.press("Enter");
    await page.waitForURL(`${url}/`);
    assert.match((await page.textContent(".who")) ?? "", /Sign out/);
    await lookAt(page, "signed-in");
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
    await page.goto(link);
    await page.waitForSelector("button.primary:focus");
    await page.keyboard.press("Enter");
    await page.waitForSelector("text=Link used");
    await lookAt(page, "link-used");
    await page.goto(`${url}/nothing`);
    await lookAt(page, "not-found");
  },
);
