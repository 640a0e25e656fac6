import type { JsonObject } from "../event.ts";
import type { Expr } from "../plan.ts";
import { chooseDispatch, type Dispatch, withValue } from "./dispatch.ts";
import { EventInHand } from "./event-in-hand.ts";
import { FieldReader } from "./field-reader.ts";
import { type PathsOf, RuleIndex, type RuleIndexStats } from "./rule-index.ts";
import { simplify } from "./simplify.ts";
import { Slot } from "./slot.ts";

/** Plans that can be asked of an event all at once. */
export interface PlanSet {
  /** Calls back with the number of each plan that is true of the event; in no order, each once. */
  match(body: JsonObject, raw: Uint8Array | undefined, matched: (plan: number) => void): void;
  /** Of each index made so far. */
  stats(): readonly RuleIndexStats[];
}

/** `useIndex: false` asks every plan of every event. */
export function planSet(plans: readonly Expr[], pathsOf: PathsOf, useIndex: boolean): PlanSet {
  const simple = plans.map(simplify);
  const dispatch = useIndex ? chooseDispatch(simple) : undefined;
  return dispatch === undefined
    ? new Undivided(simple, pathsOf, useIndex)
    : new DividedByValue(simple, pathsOf, dispatch);
}

class Undivided implements PlanSet {
  readonly #index: RuleIndex;

  constructor(plans: readonly Expr[], pathsOf: PathsOf, useIndex: boolean) {
    this.#index = new RuleIndex(plans, pathsOf, useIndex);
  }

  match(body: JsonObject, raw: Uint8Array | undefined, matched: (plan: number) => void): void {
    this.#index.match(body, raw, matched);
  }

  stats(): readonly RuleIndexStats[] {
    return [this.#index.stats];
  }
}

/** An index for each value of the dispatching field that plans demand, made when the first event has it. */
class DividedByValue implements PlanSet {
  readonly #plans: readonly Expr[];
  readonly #pathsOf: PathsOf;
  readonly #dispatch: Dispatch;
  readonly #hand = new EventInHand();
  readonly #reader = new FieldReader();
  readonly #slot: Slot;
  readonly #byValue = new Map<string, Part>();
  /** For events whose dispatching field has no value, or one that no plan demands. */
  #otherwise: Part | undefined;
  /** For events whose dispatching field has several values. */
  #all: Part | undefined;

  constructor(plans: readonly Expr[], pathsOf: PathsOf, dispatch: Dispatch) {
    this.#plans = plans;
    this.#pathsOf = pathsOf;
    this.#dispatch = dispatch;
    this.#slot = new Slot(this.#hand, pathsOf(dispatch.field));
    this.#reader.want(pathsOf(dispatch.field), this.#slot);
  }

  match(body: JsonObject, raw: Uint8Array | undefined, matched: (plan: number) => void): void {
    this.#hand.take(body, raw);
    this.#reader.read(body);
    const part = this.#partFor();
    this.#hand.release();
    if (part.plans.length > 0) part.index.match(body, raw, (number) => matched(part.plans[number]!));
  }

  stats(): readonly RuleIndexStats[] {
    return [...this.#byValue.values(), this.#otherwise, this.#all].flatMap((part) =>
      part === undefined ? [] : [part.index.stats],
    );
  }

  #partFor(): Part {
    const count = this.#slot.count();
    if (count > 1) return (this.#all ??= this.#part(this.#plans.map((_, number) => number)));
    const value = count === 1 ? this.#slot.folded() : undefined;
    const made = value === undefined ? undefined : this.#byValue.get(value);
    if (made !== undefined) return made;
    const plans = value === undefined ? undefined : this.#dispatch.plansByValue.get(value);
    if (plans === undefined) return (this.#otherwise ??= this.#part(this.#dispatch.otherwise));
    const part = this.#part(plans, value);
    this.#byValue.set(value!, part);
    return part;
  }

  /** `value`: the one that the field is known to have. Plans that can't be true then are left out. */
  #part(numbers: readonly number[], value?: string): Part {
    const kept: number[] = [];
    const plans: Expr[] = [];
    for (const number of numbers) {
      const plan = this.#plans[number]!;
      const left = value === undefined ? plan : withValue(plan, this.#dispatch.field, value);
      if (left.kind === "constant" && !left.value) continue;
      kept.push(number);
      plans.push(left);
    }
    return { plans: kept, index: new RuleIndex(plans, this.#pathsOf, true) };
  }
}

interface Part {
  /** By plan in the index: its number in the whole set. */
  readonly plans: readonly number[];
  readonly index: RuleIndex;
}
