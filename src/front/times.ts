import { formatInstant, type Instant } from "#kernel";
import { html, type Html } from "./html.ts";

/** A moment as people read it, with the whole of it for programs. Instants are milliseconds since 1970. */
export function moment(at: number, text = shown(at)): Html {
  return html`<time datetime="${formatInstant(at as Instant)}" title="${shown(at)}">${text}</time>`;
}

/** `2026-01-31 04:00:00 UTC`. */
export function shown(at: number): string {
  return `${formatInstant(at as Instant)
    .slice(0, 19)
    .replace("T", " ")} UTC`;
}

/** How long ago, as seen at `now`: `just now`, `3 min ago`, `2 d 4 h ago`. */
export function ago(at: number, now: number): Html {
  return moment(at, now - at < 60_000 ? "just now" : `${length(now - at)} ago`);
}

/** `3 d 4 h`, `12 min`, `8 s`: two units at most. */
export function length(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1_000));
  const units: [number, string][] = [
    [Math.floor(seconds / 86_400), "d"],
    [Math.floor(seconds / 3_600) % 24, "h"],
    [Math.floor(seconds / 60) % 60, "min"],
    [seconds % 60, "s"],
  ];
  const first = units.findIndex(([amount]) => amount > 0);
  const kept = first < 0 ? units.slice(3) : units.slice(first, first + 2).filter(([amount]) => amount > 0);
  return kept.map(([amount, unit]) => `${amount} ${unit}`).join(" ");
}
