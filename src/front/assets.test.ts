import assert from "node:assert/strict";
import { test } from "node:test";
import { loadAssets } from "./assets.ts";

const assets = await loadAssets();

test("every font that the style sheet names is served, under an address that changes with its bytes", () => {
  const named = [...assets.sheet.matchAll(/url\(\/font\/([^)]+)\)/g)].map(([, file = ""]) => file);
  assert.deepEqual(named, [...assets.fonts.keys()]);
  for (const file of named) assert.match(file, /^inter-[a-z-]+-[0-9a-f]{16}\.woff2$/);
  for (const bytes of assets.fonts.values()) assert.equal(Buffer.from(bytes.subarray(0, 4)).toString(), "wOF2");
});

test("the font that pages load ahead holds the letters that they are written with", () => {
  const range = /src: url\(\/font\/inter-latin-[0-9a-f]{16}[^]*?unicode-range: (\S+);/.exec(assets.sheet)?.[1] ?? "";
  const spans = range.split(",").map((span) =>
    span
      .slice(2)
      .split("-")
      .map((code) => Number.parseInt(code, 16)),
  );
  const holds = (letter: string) =>
    spans.some(
      ([first = 0, last = first]) => (letter.codePointAt(0) ?? 0) >= first && (letter.codePointAt(0) ?? 0) <= last,
    );
  for (const letter of "Meridian: what’s running, 0–9 & “why”… café Ø") assert.ok(holds(letter), letter);
  assert.ok(assets.font.includes("inter-latin-"));
});

test("all that a first page loads fits in 100 kB", () => {
  const [first] = assets.fonts.values();
  assert.ok((first?.length ?? 0) + assets.sheet.length < 100_000);
});
