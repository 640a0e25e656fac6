import type { Held } from "./observation.ts";
import type { Verdict } from "./window.ts";

/** Observations that met the stages so far. */
export interface Chain<Ref> {
  readonly start: number;
  readonly held: Held<Ref>;
  readonly before: Chain<Ref> | undefined;
}

export function verdictOf<Ref>(whole: Chain<Ref>, time: number): Verdict<Ref> {
  const held = unchain(whole);
  return { time, from: whole.start, to: whole.held.time, held, count: held.length };
}

/** Oldest first. */
export function unchain<Ref>(whole: Chain<Ref>): Held<Ref>[] {
  const held: Held<Ref>[] = [];
  for (let chain: Chain<Ref> | undefined = whole; chain; chain = chain.before) held.push(chain.held);
  return held.toReversed();
}

/** Undefined where there are none. */
export function chainOf<Ref>(held: readonly Held<Ref>[] | null | undefined): Chain<Ref> | undefined {
  let chain: Chain<Ref> | undefined;
  for (const one of held ?? []) chain = { start: chain?.start ?? one.time, held: one, before: chain };
  return chain;
}
