import type { JsonObject } from "../event.ts";
import type { Expr, FieldTest, KeywordTest } from "../plan.ts";
import { type Check, compileCheck, type IndexedNeedle } from "./checks.ts";
import { EventInHand } from "./event-in-hand.ts";
import { fieldsOf } from "./fields-of.ts";
import { FieldReader } from "./field-reader.ts";
import { type KeywordFilter, keywordFilter } from "./keyword-filter.ts";
import { shapeOf } from "./like.ts";
import { type Needle, Needles } from "./needle.ts";
import { Slot } from "./slot.ts";
import { SlotIndex } from "./slot-index.ts";
import { type ShareOf, type Sought, type Witness, witnessOf } from "./witness.ts";

export interface RuleIndexStats {
  readonly rules: number;
  /** Rules that can be true of an event with nothing in it, and so are asked of every one. */
  readonly withoutWitness: number;
  readonly needles: number;
  /** About how many bytes the tables take. */
  readonly bytes: number;
}

export type PathsOf = (field: string) => readonly (readonly string[])[];

/**
 * Simplified plans made ready for events whose fields lie alike. Each plan waits for its witness: needles of which one must be
 * there. All needles of a field are looked for at once; only plans whose needle was found are asked.
 */
export class RuleIndex {
  readonly #hand = new EventInHand();
  readonly #reader = new FieldReader();
  readonly #slots = new Map<string | undefined, Slot>();
  readonly #needles = new Needles();
  readonly #slotNumbers = new Map<string | undefined, number>();
  /** By plan; made when first asked, as most never are. */
  readonly #checks: (Check | undefined)[];
  readonly #compile: (plan: number) => Check;
  /** Plans to ask of every event. */
  readonly #always: readonly number[];
  /** By needle: the plans that wait for it. */
  readonly #waiting: readonly (readonly number[] | undefined)[];
  /** Fields that some witness lies in. */
  readonly #eager: readonly SlotIndex[];
  /** The others, but for keywords: looked at when a plan asks. */
  readonly #lazy: readonly SlotIndex[];
  readonly #keywords: SlotIndex | undefined;
  /** undefined: the keywords can't be told from bytes. */
  readonly #keywordFilter: KeywordFilter | undefined;
  /** By plan: the generation in which it was last asked. */
  readonly #asked: Float64Array;
  readonly #all: readonly SlotIndex[];
  #sample: Counts | undefined;

  /** Without `shareOf` there is no index: every plan is asked of every event. */
  constructor(plans: readonly Expr[], pathsOf: PathsOf, shareOf: ShareOf | undefined) {
    const needles = this.#needles;
    const slotNumbers = this.#slotNumbers;
    const slotNumber = (field: string | undefined): number => {
      const number = slotNumbers.get(field) ?? slotNumbers.size;
      slotNumbers.set(field, number);
      return number;
    };
    const slot = (field: string | undefined): Slot => {
      let found = this.#slots.get(field);
      if (found === undefined) {
        found = new Slot(this.#hand, field === undefined ? "leaves" : pathsOf(field));
        if (field !== undefined) this.#reader.want(pathsOf(field), found);
        this.#slots.set(field, found);
      }
      return found;
    };

    const always: number[] = [];
    const waiting: number[][] = [];
    const eagerFields = new Set<string | undefined>();
    plans.forEach((plan, number) => {
      const witness: Witness | undefined = shareOf && witnessOf(plan, shareOf);
      if (witness === undefined) return void always.push(number);
      for (const { field, is, text } of witness.needles) {
        const { id } = needles.intern(slotNumber(field), is, text);
        eagerFields.add(field);
        const plansOfNeedle = (waiting[id] ??= []);
        if (plansOfNeedle.at(-1) !== number) plansOfNeedle.push(number);
      }
    });
    // What hashing answers costs the same for one needle or a thousand: all of it goes in, waited for or not.
    if (shareOf !== undefined) {
      for (const plan of plans) {
        forEachTest(plan, (expr) => {
          const pure = pureNeedle(expr);
          if (pure !== undefined) needles.intern(slotNumber(expr.field), pure.is, pure.text);
        });
      }
    }
    this.#hand.reserve(needles.all.length, (id) => waiting[id] !== undefined);

    const isExtra = ({ id, is }: Needle): boolean => is === "contains" && waiting[id] === undefined;
    const indexes = new Map<string | undefined, SlotIndex>();
    const extras = new Map<string | undefined, SlotIndex>();
    const bySlot = new Map<number, Needle[]>();
    for (const needle of needles.all) {
      const own = bySlot.get(needle.slot);
      if (own) own.push(needle);
      else bySlot.set(needle.slot, [needle]);
    }
    for (const [field, number] of slotNumbers) {
      const own = bySlot.get(number) ?? [];
      const [extra, main] = [own.filter(isExtra), own.filter((needle) => !isExtra(needle))];
      if (main.length > 0) indexes.set(field, new SlotIndex(slot(field), this.#hand, main));
      if (extra.length > 0) extras.set(field, new SlotIndex(slot(field), this.#hand, extra));
    }
    const indexed = (expr: FieldTest | KeywordTest): IndexedNeedle | undefined => {
      const pure = pureNeedle(expr);
      const field = expr.kind === "field" ? expr.field : undefined;
      const needle = pure && needles.find(slotNumbers.get(field) ?? -1, pure.is, pure.text);
      if (needle === undefined) return undefined;
      if (isExtra(needle)) return { id: needle.id, index: extras.get(field), onlyIfRepetitive: true };
      return { id: needle.id, index: eagerFields.has(field) ? undefined : indexes.get(field), onlyIfRepetitive: false };
    };
    // A check that is made while an event is in hand must find its fields read.
    for (const field of fieldsOf(plans)) slot(field);
    slot(undefined);
    this.#checks = plans.map(() => undefined);
    this.#compile = (plan) => compileCheck(plans[plan]!, { hand: this.#hand, slot, needleFor: indexed });
    this.#always = always;
    this.#waiting = waiting;
    const ofFields = [...indexes].filter(([field]) => field !== undefined);
    this.#eager = ofFields.filter(([field]) => eagerFields.has(field)).map(([, index]) => index);
    this.#lazy = ofFields.filter(([field]) => !eagerFields.has(field)).map(([, index]) => index);
    this.#keywords = indexes.get(undefined);
    const keywords = needles.all.filter((needle) => needle.slot === slotNumbers.get(undefined));
    this.#keywordFilter = keywordFilter(keywords.map(({ text }) => text));
    this.#asked = new Float64Array(plans.length);
    this.#all = [...indexes.values(), ...extras.values()];
  }

  /** Calls back with the number of each plan that is true of the event; not in order, each once. */
  match(body: JsonObject, raw: Uint8Array | undefined, matched: (plan: number) => void): void {
    const hand = this.#hand;
    hand.take(body, raw);
    this.#reader.read(body);
    for (const index of this.#eager) index.scan();
    if (this.#keywords !== undefined && (raw === undefined || (this.#keywordFilter?.(raw) ?? true)))
      this.#keywords.scan();
    for (let hit = 0; hit < hand.hitCount; hit++) {
      for (const plan of this.#waiting[hand.hits[hit]!]!) {
        if (this.#asked[plan] === hand.generation) continue;
        this.#asked[plan] = hand.generation;
        if (this.#holds(plan)) matched(plan);
      }
    }
    for (const plan of this.#always) if (this.#holds(plan)) matched(plan);
    if (this.#sample !== undefined) this.#countFound(this.#sample);
    hand.release();
  }

  #holds(plan: number): boolean {
    const check = (this.#checks[plan] ??= this.#compile(plan));
    return check();
  }

  stats(): readonly RuleIndexStats[] {
    const needles = this.#needles.all.length;
    const rules = this.#asked.length;
    const bytes = this.#all.reduce((sum, index) => sum + index.bytes(), needles * 80 + rules * 8);
    return [{ rules, withoutWitness: this.#always.length, needles, bytes }];
  }

  /** From the next event on, counts which needles are found; also in fields that nobody need have looked at. */
  startSampling(): void {
    this.#sample = { events: 0, asked: 0, found: new Uint32Array(this.#needles.all.length) };
  }

  /** Ends the sampling. */
  takeSample(): Sample | undefined {
    const sample = this.#sample;
    this.#sample = undefined;
    if (sample === undefined || sample.events === 0) return undefined;
    const { events, asked, found } = sample;
    const fields = [...this.#slotNumbers.keys()];
    const shares = new Map<string, number>();
    for (const { id, slot, is, text } of this.#needles.all) {
      // Needles that nobody waits for are looked for only when asked.
      if (is === "contains" && this.#waiting[id] === undefined) continue;
      // Half an event for the doubt: not found in a sample doesn't mean never.
      shares.set(keyOf({ field: fields[slot], is, text }), (found[id]! + 0.5) / (events + 1));
    }
    return {
      asked: asked / events,
      shareOf: (sought) => shares.get(keyOf(sought)),
    };
  }

  #countFound(sample: Counts): void {
    for (const index of this.#lazy) index.ensure();
    const { found, generation } = this.#hand;
    sample.events++;
    for (let id = 0; id < found.length; id++) if (found[id] === generation) sample.found[id]!++;
    for (const last of this.#asked) if (last === generation) sample.asked++;
    sample.asked += this.#always.length;
  }
}

interface Counts {
  events: number;
  asked: number;
  /** By needle. */
  readonly found: Uint32Array;
}

/** What some events showed. */
export interface Sample {
  /** Plans asked, an event. */
  readonly asked: number;
  /** Share of the events in which a needle was found; undefined when it was not looked for. */
  readonly shareOf: (sought: Sought) => number | undefined;
}

function keyOf({ field, is, text }: Sought): string {
  return `${is} ${field ?? ""} ${text}`;
}

function forEachTest(expr: Expr, visit: (test: FieldTest) => void): void {
  if (expr.kind === "field") visit(expr);
  else if (expr.kind === "not") forEachTest(expr.of, visit);
  else if (expr.kind === "and" || expr.kind === "or") for (const part of expr.of) forEachTest(part, visit);
}

/** The needle that answers a test completely. */
function pureNeedle(expr: FieldTest | KeywordTest): Pick<Needle, "is" | "text"> | undefined {
  const { test } = expr;
  if (test.op === "exists") return undefined;
  if (test.op !== "like" || test.cased) return undefined;
  const shape = shapeOf(test, expr.kind === "keyword");
  return shape.is === "glob" || shape.is === "anything" ? undefined : { is: shape.is, text: shape.literal };
}
