import type { JsonObject } from "../event.ts";
import type { Expr } from "../plan.ts";
import type { PathsOf } from "./event-fields.ts";
import { guessedShare } from "./rarity.ts";
import { RuleIndex, type RuleIndexStats } from "./rule-index.ts";
import type { ShareOf } from "./witness.ts";

/**
 * A rule index that starts from guesses at what is rare, and is made anew once the traffic has shown them wrong. Which
 * witnesses plans wait for changes what they cost, never what they answer.
 */
export class LearningIndex {
  readonly #plans: readonly Expr[];
  readonly #pathsOf: PathsOf;
  #index: RuleIndex;
  #events = 0;
  /** How many events must have passed before the next look; a new index costs about as much as that many events. */
  #lookAt: number;
  #looksLeft = 2;

  constructor(plans: readonly Expr[], pathsOf: PathsOf) {
    this.#plans = plans;
    this.#pathsOf = pathsOf;
    this.#index = new RuleIndex(plans, pathsOf, guessedShare);
    this.#lookAt = sampledEvents + 4 * plans.length;
  }

  match(body: JsonObject, raw: Uint8Array | undefined, matched: (plan: number) => void): void {
    if (this.#looksLeft > 0) this.#countEvent();
    this.#index.match(body, raw, matched);
  }

  stats(): readonly RuleIndexStats[] {
    return this.#index.stats();
  }

  #countEvent(): void {
    this.#events++;
    if (this.#events === this.#lookAt - sampledEvents) this.#index.startSampling();
    if (this.#events !== this.#lookAt) return;
    this.#lookAt *= 8;
    this.#looksLeft--;
    this.#learn();
  }

  #learn(): void {
    const seen = this.#index.takeSample();
    if (seen === undefined) return;
    const shareOf: ShareOf = (sought) => seen(sought) ?? guessedShare(sought);
    this.#index = new RuleIndex(this.#plans, this.#pathsOf, shareOf);
  }
}

const sampledEvents = 256;
