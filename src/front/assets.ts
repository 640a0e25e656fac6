import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";

/** Where pages find what they load. Addresses hold a hash of what is there, so browsers may keep it for ever. */
export interface Assets {
  readonly style: string;
  /** The font that every page needs; others are loaded by the style sheet when a page has letters of theirs. */
  readonly font: string;
}

export interface LoadedAssets extends Assets {
  readonly sheet: string;
  /** File name → bytes. */
  readonly fonts: ReadonlyMap<string, Uint8Array>;
}

/** Inter by script: what Western languages need, and what other Latin ones do. Variable, so one file holds all weights. */
const subsets = ["latin", "latin-ext"] as const;

/** Reads the style sheet and the fonts once. */
export async function loadAssets(): Promise<LoadedAssets> {
  const ranges = JSON.parse(await readText(packaged("unicode.json"))) as Record<string, string>;
  const faces = await Promise.all(
    subsets.map(async (subset) => {
      const bytes = await readFile(packaged(`files/inter-${subset}-wght-normal.woff2`));
      return { file: `inter-${subset}-${hashOf(bytes)}.woff2`, bytes, range: ranges[subset] };
    }),
  );
  const own = await Promise.all(["tokens.css", "style.css"].map((file) => readText(new URL(file, import.meta.url))));
  const sheet = [...faces.map(faceOf), ...own].join("\n");
  return {
    style: `/style/${hashOf(sheet)}.css`,
    font: addressOf(faces[0]?.file ?? ""),
    sheet,
    fonts: new Map(faces.map(({ file, bytes }) => [file, bytes])),
  };
}

function faceOf({ file, range }: { file: string; range: string | undefined }): string {
  return `@font-face {
  font-family: Inter;
  font-style: normal;
  font-weight: 100 900;
  font-display: swap;
  src: url(${addressOf(file)}) format("woff2");
  unicode-range: ${range};
}`;
}

function addressOf(file: string): string {
  return `/font/${file}`;
}

function packaged(file: string): URL {
  return new URL(import.meta.resolve(`@fontsource-variable/inter/${file}`));
}

function readText(file: URL): Promise<string> {
  return readFile(file, "utf8");
}

function hashOf(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex").slice(0, 16);
}
