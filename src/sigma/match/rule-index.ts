import type { JsonObject } from "../event.ts";
import type { Expr, FieldTest, KeywordTest } from "../plan.ts";
import { type Check, compileCheck, type IndexedNeedle } from "./checks.ts";
import { EventFields, type PathsOf } from "./event-fields.ts";
import { EventInHand } from "./event-in-hand.ts";
import { fieldsOf } from "./fields-of.ts";
import { type KeywordFilter, keywordFilter } from "./keyword-filter.ts";
import type { Needle, Sought } from "./needle.ts";
import { answering, needlesOf, type PlansNeedles } from "./needles-of-plans.ts";
import { SlotIndex } from "./slot-index.ts";
import { TrafficSample } from "./traffic-sample.ts";
import type { ShareOf } from "./witness.ts";

export interface RuleIndexStats {
  readonly rules: number;
  /** Rules that can be true of an event with nothing in it, and so are asked of every one. */
  readonly withoutWitness: number;
  readonly needles: number;
  /** About how many bytes the tables take. */
  readonly bytes: number;
}

/**
 * Simplified plans made ready for events whose fields lie alike. Each plan waits for its witness: needles of which one
 * must be there. All needles of a field are looked for at once; only plans whose needle was found are asked.
 */
export class RuleIndex {
  readonly #plans: readonly Expr[];
  readonly #sought: PlansNeedles;
  readonly #hand: EventInHand;
  readonly #fields: EventFields;
  /** Fields that plans wait for needles in: looked at in every event. */
  readonly #eager: SlotIndex[] = [];
  /** The others that have needles: looked at when a plan asks. */
  readonly #lazy = new Map<string | undefined, SlotIndex>();
  /** Needles that nobody waits for and that take a search: looked for when a plan asks, and then only where it pays. */
  readonly #extra = new Map<string | undefined, SlotIndex>();
  #keywords: SlotIndex | undefined;
  /** undefined: the keywords can't be told from bytes. */
  readonly #keywordFilter: KeywordFilter | undefined;
  /** By plan; made when first asked, as most never are. */
  readonly #checks: (Check | undefined)[];
  /** By plan: the generation in which it was last asked. */
  readonly #asked: Float64Array;
  #sample: TrafficSample | undefined;

  /** Without `shareOf` there is no index: every plan is asked of every event. */
  constructor(plans: readonly Expr[], pathsOf: PathsOf, shareOf: ShareOf | undefined) {
    this.#plans = plans;
    this.#sought = needlesOf(plans, shareOf);
    const { needles, waiting } = this.#sought;
    this.#hand = new EventInHand(needles.all.length, (id) => waiting[id] !== undefined);
    this.#fields = new EventFields(this.#hand, fieldsOf(plans), pathsOf);
    for (const [field, own] of byField(needles.all)) this.#indexField(field, own);
    this.#keywordFilter = keywordFilter(needles.all.filter(({ field }) => field === undefined).map(({ text }) => text));
    this.#checks = plans.map(() => undefined);
    this.#asked = new Float64Array(plans.length);
  }

  #indexField(field: string | undefined, needles: readonly Needle[]): void {
    const index = (some: readonly Needle[]) => new SlotIndex(this.#fields.slot(field), this.#hand, some);
    const [extra, main] = [needles.filter(this.#isExtra), needles.filter((needle) => !this.#isExtra(needle))];
    if (field === undefined) this.#keywords = index(main);
    else if (main.some(({ id }) => this.#sought.waiting[id] !== undefined)) this.#eager.push(index(main));
    else if (main.length > 0) this.#lazy.set(field, index(main));
    if (extra.length > 0) this.#extra.set(field, index(extra));
  }

  readonly #isExtra = ({ id, is }: Needle): boolean => is === "contains" && this.#sought.waiting[id] === undefined;

  /** Calls back with the number of each plan that is true of the event; not in order, each once. */
  match(body: JsonObject, raw: Uint8Array | undefined, matched: (plan: number) => void): void {
    const hand = this.#hand;
    const { waiting, always } = this.#sought;
    hand.take(body);
    this.#fields.read(body);
    for (const index of this.#eager) index.scan();
    if (this.#keywords !== undefined && this.#mayHaveKeywords(raw)) this.#keywords.scan();
    for (let hit = 0; hit < hand.hitCount; hit++) {
      for (const plan of waiting[hand.hits[hit]!]!) {
        if (this.#asked[plan] === hand.generation) continue;
        this.#asked[plan] = hand.generation;
        if (this.#holds(plan)) matched(plan);
      }
    }
    for (const plan of always) if (this.#holds(plan)) matched(plan);
    if (this.#sample !== undefined) this.#countIn(this.#sample);
    hand.release();
  }

  #mayHaveKeywords(raw: Uint8Array | undefined): boolean {
    return raw === undefined || this.#keywordFilter === undefined || this.#keywordFilter(raw);
  }

  #holds(plan: number): boolean {
    const check = (this.#checks[plan] ??= compileCheck(this.#plans[plan]!, {
      hand: this.#hand,
      slot: (field) => this.#fields.slot(field),
      needleFor: (expr) => this.#needleFor(expr),
    }));
    return check();
  }

  #needleFor(expr: FieldTest | KeywordTest): IndexedNeedle | undefined {
    const answer = answering(expr);
    const needle = answer && this.#sought.needles.find(answer);
    if (needle === undefined) return undefined;
    if (this.#isExtra(needle)) return { id: needle.id, index: this.#extra.get(needle.field), onlyIfRepetitive: true };
    return { id: needle.id, index: this.#lazy.get(needle.field), onlyIfRepetitive: false };
  }

  /** From the next event on, counts which needles are found; also in fields that nobody need have looked at. */
  startSampling(): void {
    this.#sample = new TrafficSample(this.#sought.needles.all.length);
  }

  /** Ends the sampling: the share of its events that had a needle; undefined for needles not looked for. */
  takeSample(): ((sought: Sought) => number | undefined) | undefined {
    const sample = this.#sample;
    this.#sample = undefined;
    return sample?.shares(this.#sought.needles.all.filter((needle) => !this.#isExtra(needle)));
  }

  #countIn(sample: TrafficSample): void {
    for (const index of this.#lazy.values()) index.ensure();
    sample.count(this.#hand);
  }

  stats(): readonly RuleIndexStats[] {
    const needles = this.#sought.needles.all.length;
    const rules = this.#plans.length;
    const indexes = [...this.#eager, ...this.#lazy.values(), ...this.#extra.values()];
    if (this.#keywords !== undefined) indexes.push(this.#keywords);
    const bytes = indexes.reduce((sum, index) => sum + index.bytes(), needles * 80 + rules * 16);
    return [{ rules, withoutWitness: this.#sought.always.length, needles, bytes }];
  }
}

/** `Map.groupBy`, which Node 20 lacks; the room runs there too, as a package of its own. */
function byField(needles: readonly Needle[]): Map<string | undefined, Needle[]> {
  const groups = new Map<string | undefined, Needle[]>();
  for (const needle of needles) {
    const group = groups.get(needle.field);
    if (group) group.push(needle);
    else groups.set(needle.field, [needle]);
  }
  return groups;
}
