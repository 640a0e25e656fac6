import type { Indicator, NotTaken, ReadIndicators } from "./indicator.ts";

/** Indicators of one upload. */
export const mostIndicators = 1_000_000;
/** Of those not taken, how many are listed. */
const mostListed = 200;

/** What readers of each format fill: bounded, and each value of a kind once, the last one written. */
export class Gathered {
  readonly #found = new Map<string, Indicator>();
  readonly #notTaken: NotTaken[] = [];
  #notTakenCount = 0;

  take(indicator: Indicator, at: string): void {
    const key = `${indicator.type} ${indicator.value}`;
    if (!this.#found.has(key) && this.#found.size >= mostIndicators) {
      this.leave({ at, code: "too-many", why: `An upload has at most ${mostIndicators} indicators.` });
      return;
    }
    this.#found.set(key, indicator);
  }

  leave({ at, code, why }: NotTaken): void {
    this.#notTakenCount++;
    if (this.#notTaken.length < mostListed) this.#notTaken.push({ at: plain(at, 200), code, why: plain(why, 500) });
  }

  done(columns?: Readonly<Record<string, string>>): ReadIndicators {
    return {
      indicators: [...this.#found.values()],
      notTaken: this.#notTaken,
      notTakenCount: this.#notTakenCount,
      ...(columns && { columns }),
    };
  }
}

/** Labels as lists keep them: few, short, each once. */
export function plainLabels(texts: readonly unknown[]): string[] {
  const kept = texts.flatMap((text) => (typeof text === "string" ? plain(text.trim(), 100) || [] : []));
  return [...new Set(kept)].slice(0, 20);
}

export function plain(text: string, longest: number): string {
  return text
    .slice(0, longest)
    .toWellFormed()
    .replace(/\p{Cc}/gu, "\u{fffd}");
}
