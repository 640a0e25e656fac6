import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

const tokens = await readFile(new URL("tokens.css", import.meta.url), "utf8");
const style = await readFile(new URL("style.css", import.meta.url), "utf8");
const [light = "", dark = ""] = tokens.split("@media");

function modeOf(css: string): Map<string, string> {
  return new Map(
    [...css.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6})/g)].map(([, name = "", colour = ""]) => [name, colour]),
  );
}

/** WCAG 2.2, relative luminance and contrast ratio. */
function contrast(a: string, b: string): number {
  const luminance = (colour: string) =>
    [0.2126, 0.7152, 0.0722].reduce((sum, weight, index) => {
      const value = Number.parseInt(colour.slice(1 + 2 * index, 3 + 2 * index), 16) / 255;
      return sum + weight * (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
    }, 0);
  const [high = 0, low = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
}

/** Text wants 4.5 on every ground that it may stand on; what shows a control or the focus wants 3. */
const wanted: [string, readonly string[], number][] = [
  ["text", ["ground", "surface", "sunken"], 4.5],
  ["muted", ["ground", "surface", "sunken"], 4.5],
  ["faint", ["ground"], 4.5],
  ["accent", ["ground", "surface"], 4.5],
  ["on-accent", ["accent"], 4.5],
  ["critical", ["ground", "surface"], 4.5],
  ["ok", ["ground", "surface"], 4.5],
  ["line-control", ["ground", "surface"], 3],
  ["focus", ["ground", "surface"], 3],
];

for (const [mode, colours] of [
  ["light", modeOf(light)],
  ["dark", new Map([...modeOf(light), ...modeOf(dark)])],
] as const)
  test(`every pair of colours reaches WCAG 2.2 AA in ${mode}`, () => {
    for (const [front, grounds, least] of wanted)
      for (const ground of grounds) {
        const ratio = contrast(colours.get(front) ?? "", colours.get(ground) ?? "");
        assert.ok(ratio >= least, `${front} on ${ground}: ${ratio.toFixed(2)}, wanted ${least}`);
      }
  });

test("dark changes every colour, and colours are written in tokens alone", () => {
  assert.deepEqual([...modeOf(dark).keys()], [...modeOf(light).keys()]);
  assert.doesNotMatch(style, /#[0-9a-f]{3,8}\b|\brgba?\(|\bhsla?\(/i);
  for (const [, name = ""] of style.matchAll(/var\(--([\w-]+)\)/g)) assert.ok(modeOf(light).has(name), name);
});
