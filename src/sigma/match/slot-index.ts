import { AnchorTable } from "./anchor-table.ts";
import type { EventInHand } from "./event-in-hand.ts";
import { GramTable } from "./gram-table.ts";
import type { Needle, NeedleShape } from "./needle.ts";
import type { Slot } from "./slot.ts";

/** Finds all needles of one field at once. */
export class SlotIndex {
  readonly #slot: Slot;
  readonly #hand: EventInHand;
  readonly #present: Needle | undefined;
  readonly #exact: ReadonlyMap<string, Needle>;
  /** Which lengths exact needles have: spares hashing long text that can't be one. Lengths from 255 up share a place. */
  readonly #exactLengths = new Uint8Array(256);
  readonly #prefix: AnchorTable | undefined;
  readonly #suffix: AnchorTable | undefined;
  readonly #containsNeedles: readonly Needle[];
  /** Made when first asked for: many are for plans that hardly any event comes near. */
  #contains: GramTable | undefined;
  #scanned = 0;
  /** By text as it stands in the event: the needles in it. */
  #memo: Map<string, readonly number[]> | undefined = new Map();
  #remembered = 0;
  #unknown = 0;

  constructor(slot: Slot, hand: EventInHand, needles: readonly Needle[]) {
    const shaped = (is: NeedleShape): Needle[] => needles.filter((needle) => needle.is === is);
    this.#slot = slot;
    this.#hand = hand;
    this.#present = shaped("present")[0];
    this.#exact = new Map(shaped("exact").map((needle) => [needle.text, needle]));
    for (const { length } of this.#exact.keys()) this.#exactLengths[Math.min(length, 255)] = 1;
    const [prefix, suffix] = [shaped("prefix"), shaped("suffix")];
    if (prefix.length > 0) this.#prefix = new AnchorTable("prefix", prefix);
    if (suffix.length > 0) this.#suffix = new AnchorTable("suffix", suffix);
    this.#containsNeedles = shaped("contains");
  }

  /** About how many bytes the tables take by now. */
  bytes(): number {
    const tables = [this.#prefix, this.#suffix, this.#contains];
    return tables.reduce((sum, table) => sum + (table?.bytes ?? 0), this.#exact.size * 64);
  }

  /** Whether the field says the same things over and over, so that looking for more needles costs next to nothing. */
  isRepetitive(): boolean {
    return this.#memo !== undefined;
  }

  /** Looks unless it has already for this event. */
  ensure(): void {
    if (this.#scanned !== this.#hand.generation) this.scan();
  }

  /** Marks what the field's values have. */
  scan(): void {
    this.#scanned = this.#hand.generation;
    const count = this.#slot.count();
    if (count === 0) return;
    if (this.#present !== undefined) this.#hand.mark(this.#present.id);
    if (count === 1) this.#scanOnly(this.#slot.text());
    else for (const text of this.#slot.foldedTexts()) this.#scanText(text);
  }

  /** Fleets say the same things over and over: what was found in a text last time need not be looked for again. */
  #scanOnly(text: string): void {
    const memo = text.length <= longestRemembered ? this.#memo : undefined;
    if (memo === undefined) return this.#scanText(this.#slot.folded());
    const found = memo.get(text);
    if (found === undefined) {
      const recording: number[] = [];
      this.#hand.recording = recording;
      this.#scanText(this.#slot.folded());
      this.#hand.recording = undefined;
      if (memo.size >= textsRemembered) memo.clear();
      memo.set(text, recording);
      if (++this.#unknown >= textsRemembered) this.#judgeMemo();
    } else {
      this.#remembered++;
      for (let i = 0; i < found.length; i++) this.#hand.mark(found[i]!);
    }
  }

  /** A field that seldom says the same again is better off without. */
  #judgeMemo(): void {
    if (this.#remembered < 3 * this.#unknown) this.#memo = undefined;
    this.#remembered = 0;
    this.#unknown = 0;
  }

  #scanText(text: string): void {
    const hand = this.#hand;
    if (this.#exactLengths[Math.min(text.length, 255)] === 1) {
      const needle = this.#exact.get(text);
      if (needle !== undefined) hand.mark(needle.id);
    }
    if (this.#prefix !== undefined) this.#prefix.scan(text, hand);
    if (this.#suffix !== undefined) this.#suffix.scan(text, hand);
    if (this.#containsNeedles.length > 0) (this.#contains ??= new GramTable(this.#containsNeedles)).scan(text, hand);
  }
}

const textsRemembered = 512;
const longestRemembered = 160;
