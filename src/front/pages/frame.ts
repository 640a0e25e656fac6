import type { Assets } from "../assets.ts";
import { html, type Holdable } from "../html.ts";

export interface Frame {
  /** In the browser's tab, before the product's name. */
  readonly title: string;
  readonly assets: Assets;
  /** Right in the bar: who is here, and the way out. */
  readonly who?: Holdable;
  readonly main: Holdable;
  readonly footer?: Holdable;
}

/** What every page has around it. */
export function frame({ title, assets, who, main, footer }: Frame): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · Meridian</title>
<link rel="icon" href="/mark.svg" type="image/svg+xml">
<link rel="preload" href="${assets.font}" as="font" type="font/woff2" crossorigin>
<link rel="stylesheet" href="${assets.style}">
</head>
<body>
<header class="bar-line"><div class="bar">${mark}<a class="name" href="/">Meridian</a>${who !== undefined && html`<div class="who">${who}</div>`}</div></header>
<main>
${main}
</main>
<footer>${footer}</footer>
</body>
</html>
`.text;
}

/** A globe's outline and one meridian. */
const outline = html`<circle cx="10" cy="10" r="8.25"/><path d="M10 1.75c-5.5 4.6-5.5 11.9 0 16.5"/>`;

const mark = html`<svg class="mark" width="20" height="20" viewBox="0 0 20 20" fill="none" stroke="currentColor" stroke-width="1.5" aria-hidden="true">${outline}</svg>`;

/** The same as a file, for the browser's tab. Mid-blue: it is seen on light and on dark. */
export const markSvg =
  html`<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20" viewBox="0 0 20 20" fill="none" stroke="#3a86f3" stroke-width="1.5">${outline}</svg>`
    .text;
