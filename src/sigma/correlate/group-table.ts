import type { CompiledCorrelation } from "./compile-correlations.ts";
import type { Window } from "./window.ts";

export class Group<Ref> {
  readonly correlation: CompiledCorrelation;
  readonly key: string;
  readonly values: readonly string[];
  readonly window: Window<Ref>;
  /** When it has to be looked at again; undefined: nobody waits for it. */
  due: number | undefined;
  /** Observations that the table has counted for it. */
  counted = 0;
  gone = false;
  newer: Group<Ref> | undefined;
  older: Group<Ref> | undefined;

  constructor(correlation: CompiledCorrelation, key: string, values: readonly string[], window: Window<Ref>) {
    this.correlation = correlation;
    this.key = key;
    this.values = values;
    this.window = window;
  }
}

/** All groups, by correlation and key, and in the order in which they were touched. */
export class GroupTable<Ref> {
  readonly #groups = new Map<CompiledCorrelation, Map<string, Group<Ref>>>();
  #newest: Group<Ref> | undefined;
  /** The one untouched for longest. */
  oldest: Group<Ref> | undefined;
  size = 0;
  /** Observations held by all groups. */
  observations = 0;

  find(correlation: CompiledCorrelation, key: string): Group<Ref> | undefined {
    return this.#groups.get(correlation)?.get(key);
  }

  add(group: Group<Ref>): void {
    const own = this.#groups.get(group.correlation);
    if (own) own.set(group.key, group);
    else this.#groups.set(group.correlation, new Map([[group.key, group]]));
    this.size++;
    this.#append(group);
  }

  touch(group: Group<Ref>): void {
    if (group === this.#newest) return;
    this.#unlink(group);
    this.#append(group);
  }

  drop(group: Group<Ref>): void {
    this.#groups.get(group.correlation)?.delete(group.key);
    group.gone = true;
    this.size--;
    this.observations -= group.counted;
    this.#unlink(group);
  }

  /** To be called when the group's window has changed. */
  count(group: Group<Ref>): void {
    this.observations += group.window.size - group.counted;
    group.counted = group.window.size;
  }

  /** From the one untouched for longest to the newest. */
  *[Symbol.iterator](): Generator<Group<Ref>> {
    for (let group = this.oldest; group; group = group.newer) yield group;
  }

  #append(group: Group<Ref>): void {
    group.older = this.#newest;
    group.newer = undefined;
    if (this.#newest) this.#newest.newer = group;
    else this.oldest = group;
    this.#newest = group;
  }

  #unlink(group: Group<Ref>): void {
    if (group.older) group.older.newer = group.newer;
    else this.oldest = group.newer;
    if (group.newer) group.newer.older = group.older;
    else this.#newest = group.older;
  }
}
