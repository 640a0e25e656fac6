import type { JsonObject } from "../event.ts";
import type { Expr } from "../plan.ts";
import { chooseDispatch, type Dispatch, withValue } from "./dispatch.ts";
import { fold } from "../fold.ts";
import { fieldValues, firstScalar, textOf } from "./field-values.ts";
import { LearningIndex } from "./learning-index.ts";
import type { PathsOf } from "./event-fields.ts";
import { RuleIndex, type RuleIndexStats } from "./rule-index.ts";
import { simplify } from "./simplify.ts";

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
  if (!useIndex) return new RuleIndex(simple, pathsOf, undefined);
  const dispatch = chooseDispatch(simple);
  return dispatch === undefined ? new LearningIndex(simple, pathsOf) : new DividedByValue(simple, pathsOf, dispatch);
}

/** An index for each value of the dispatching field that plans demand, made when the first event has it. */
class DividedByValue implements PlanSet {
  readonly #plans: readonly Expr[];
  readonly #pathsOf: PathsOf;
  readonly #dispatch: Dispatch;
  readonly #paths: readonly (readonly string[])[];
  readonly #byValue = new Map<string, Part>();
  /** For events whose dispatching field has no value, or one that no plan demands. */
  #otherwise: Part | undefined;
  /** For events whose dispatching field has several values, and for values beyond what there is room for. */
  #all: Part | undefined;
  /** How many plans more may be copied into indexes of values: those that demand no value go into every one. */
  #room: number;

  constructor(plans: readonly Expr[], pathsOf: PathsOf, dispatch: Dispatch) {
    this.#plans = plans;
    this.#pathsOf = pathsOf;
    this.#dispatch = dispatch;
    this.#paths = pathsOf(dispatch.field);
    this.#room = 2 * plans.length + 1_000;
  }

  match(body: JsonObject, raw: Uint8Array | undefined, matched: (plan: number) => void): void {
    const part = this.#partFor(body);
    if (part.plans.length > 0) part.index.match(body, raw, (number) => matched(part.plans[number]!));
  }

  stats(): readonly RuleIndexStats[] {
    const parts = [...this.#byValue.values(), this.#otherwise, this.#all];
    return parts.flatMap((part) => part?.index.stats() ?? []);
  }

  #partFor(body: JsonObject): Part {
    let only = firstScalar(body, this.#paths);
    if (only === undefined) {
      const values = fieldValues(body, this.#paths);
      if (values.length > 1) return this.#whole();
      only = values[0];
    }
    const value = only === undefined ? undefined : fold(textOf(only));
    const made = value === undefined ? undefined : this.#byValue.get(value);
    if (made !== undefined) return made;
    const { demanding, otherwise } = this.#dispatch;
    const demandingIt = value === undefined ? undefined : demanding.get(value);
    if (demandingIt === undefined) return (this.#otherwise ??= this.#part(otherwise));
    const plans = demandingIt.length + otherwise.length;
    if (plans > this.#room) return this.#whole();
    this.#room -= plans;
    const part = this.#part([...demandingIt, ...otherwise], value);
    this.#byValue.set(value!, part);
    return part;
  }

  #whole(): Part {
    return (this.#all ??= this.#part(this.#plans.map((_, number) => number)));
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
    return { plans: kept, index: new LearningIndex(plans, this.#pathsOf) };
  }
}

interface Part {
  /** By plan in the index: its number in the whole set. */
  readonly plans: readonly number[];
  readonly index: LearningIndex;
}
