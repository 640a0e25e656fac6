/** What is usual of one key, as JSON can say it: the least and the most share of records that had it, over the hours; slowly forgotten. */
interface KeyHabit {
  readonly least: number;
  readonly most: number;
  /** Hours in a row in which it was away from that. */
  readonly away: number;
}

export interface DriftState {
  readonly hours: number;
  readonly keys: readonly (readonly [string, KeyHabit])[];
}

/** Keys of one source that are followed; those seen least are let go, since a sender may invent any number. */
const mostKeys = 300;
/** Records that an hour has to have shown, and hours to have been seen, before anything is said. */
const leastRecords = 30;
const leastHours = 24;
/** Hours in a row that a key has to be away from what is usual: a sender's new version stays. */
const stays = 2;
/** How fast what is usual gives way to what is. */
const forgetting = 0.01;

/**
 * Which top-level keys, and kinds of events, a source's records have; says which came that never were there, and which
 * went that always were, once that has stayed so. Fed with samples.
 */
export class KeyDrift {
  readonly #keys: Map<string, KeyHabit>;
  #hours: number;
  #records = 0;
  #seen = new Map<string, number>();

  constructor(state?: DriftState) {
    this.#keys = new Map(state?.keys);
    this.#hours = state?.hours ?? 0;
  }

  get state(): DriftState {
    return { hours: this.#hours, keys: [...this.#keys] };
  }

  sampled(keys: readonly string[]): void {
    this.#records += 1;
    for (const key of new Set(keys))
      if (this.#seen.has(key) || this.#seen.size < 2 * mostKeys) this.#seen.set(key, (this.#seen.get(key) ?? 0) + 1);
  }

  /** An hour is over. Gives what came (`+key`) and went (`-key`); each is said once. */
  hourOver(): string[] {
    const records = this.#records;
    const seen = this.#seen;
    if (records < leastRecords) return [];
    this.#records = 0;
    this.#seen = new Map();
    const known = this.#hours >= leastHours;
    const changes: string[] = [];
    for (const key of new Set([...this.#keys.keys(), ...seen.keys()])) {
      const share = (seen.get(key) ?? 0) / records;
      const habit = this.#keys.get(key) ?? { least: known ? 0 : share, most: known ? 0 : share, away: 0 };
      const came = habit.most < 0.01 && share >= 0.2;
      const went = habit.least >= 0.2 && share < 0.01;
      if (!known || !(came || went)) {
        this.#keys.set(key, { ...drawn(habit, share), away: 0 });
        continue;
      }
      const away = habit.away + 1;
      if (away < stays) this.#keys.set(key, { ...habit, away });
      else {
        changes.push(`${came ? "+" : "-"}${key}`);
        this.#keys.set(key, { least: share, most: share, away: 0 });
      }
    }
    this.#hours += 1;
    const least = [...this.#keys].toSorted(([, a], [, b]) => b.most - a.most).slice(mostKeys);
    for (const [key] of least) this.#keys.delete(key);
    return changes.toSorted();
  }
}

/** What is usual, stretched to hold this hour, and drawn a little towards it. */
function drawn({ least, most }: KeyHabit, share: number): { least: number; most: number } {
  return {
    least: Math.min(share, least + (share - least) * forgetting),
    most: Math.max(share, most + (share - most) * forgetting),
  };
}
