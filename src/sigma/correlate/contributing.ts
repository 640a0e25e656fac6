import type { HeldQueue } from "./held-queue.ts";
import type { Held } from "./observation.ts";
import type { Verdict } from "./window.ts";

/** The held observations that `counts` names, as a verdict tells them; of others only where it names none. */
export function contributing<Ref>(
  queue: HeldQueue<Ref>,
  refsKept: number,
  counts: (one: Held<Ref>) => boolean,
): Pick<Verdict<Ref>, "from" | "to" | "held"> {
  let oldest = 0;
  while (oldest < queue.size - 1 && !counts(queue.at(oldest))) oldest++;
  const newest: Held<Ref>[] = [];
  for (let place = queue.size - 1; place >= oldest && newest.length < refsKept; place--)
    if (counts(queue.at(place))) newest.push(queue.at(place));
  return { from: queue.at(oldest).time, to: newest[0]!.time, held: newest.toReversed() };
}

/** A noisy rule must not make a window forget a rare one: the oldest goes, but not a rule's only one. */
export function placeToForget<Ref>(queue: HeldQueue<Ref>, count: (rule: string) => number): number {
  let place = 0;
  while (place < queue.size - 1 && count(queue.at(place).rule) === 1) place++;
  return place;
}
