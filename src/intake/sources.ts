import { type Actor, type ChangeDoor, systemActor } from "#access";
import type { Clock, Reading } from "#platform";
import type { KnownLogSource } from "#sigma";
import type { Delivery } from "./contract.ts";
import { sourceWishSchema } from "./source-schema.ts";
import { allSources, type SourceRecord } from "./store.ts";
import type { IntakeTables } from "./tables.ts";
import { keepOwnershipChallenge } from "./verbs/keep-ownership-challenge.ts";
import { makeSource } from "./verbs/make-source.ts";

export interface SourcesParts {
  readonly read: Reading<IntakeTables>;
  readonly change: ChangeDoor;
  readonly clock: Clock;
}

/** What other processes changed is known here after so many milliseconds. */
const lifetime = 5_000;

const program: Actor = systemActor("intake", ["sources.note"]);

/** The sources as this process knows them: read every few seconds while deliveries come, and after every change here. */
export class Sources {
  readonly #parts: SourcesParts;
  #known = new Map<string, SourceRecord>();
  #readAt = -Infinity;
  #reading: Promise<void> | undefined;
  readonly #making = new Map<string, Promise<SourceRecord>>();

  constructor(parts: SourcesParts) {
    this.#parts = parts;
  }

  /** The source, made now where somebody with a token of it, or a listener set up for it, is the first to name it. */
  async ensure(name: string): Promise<SourceRecord> {
    if (this.#parts.clock.now() - this.#readAt > lifetime) await this.refresh();
    return this.#known.get(name) ?? this.#make(name);
  }

  /** As known last; for whoever can't wait. */
  get(name: string): SourceRecord | undefined {
    return this.#known.get(name);
  }

  async all(): Promise<readonly SourceRecord[]> {
    await this.refresh();
    return [...this.#known.values()];
  }

  /** Reads them anew; call after a change. Callers at the same time share one reading that began after the first call. */
  async refresh(): Promise<void> {
    this.#reading ??= this.#read().finally(() => (this.#reading = undefined));
    await this.#reading;
  }

  async keepChallenge(name: string, text: string): Promise<void> {
    await this.#parts.change(program, "sources.note", (one) => keepOwnershipChallenge(one, name, text));
    this.#readAt = -Infinity;
  }

  async #read(): Promise<void> {
    const at = this.#parts.clock.now();
    this.#known = new Map((await allSources(this.#parts.read)).map((source) => [source.name, source]));
    this.#readAt = at;
  }

  async #make(name: string): Promise<SourceRecord> {
    const making = this.#making.get(name) ?? this.#makeNow(name).finally(() => this.#making.delete(name));
    this.#making.set(name, making);
    return making;
  }

  async #makeNow(name: string): Promise<SourceRecord> {
    const made = this.#parts.change(program, "sources.note", (one) =>
      makeSource(one, name, sourceWishSchema.parse({})),
    );
    // Another process may have made it in this moment: then it is there to be read, which is all that is wanted.
    const refused = await made.then(
      () => undefined,
      (error: unknown) => ({ error }),
    );
    await this.#read();
    const source = this.#known.get(name);
    if (!source) throw refused ? refused.error : new Error(`the source ${name} was made and is gone`);
    return source;
  }
}

/** What people said of a source that its deliveries carry. */
export function saidOf({ takeAs, site }: SourceRecord): Pick<Delivery, "as" | "site"> {
  return { ...(takeAs && { as: knownOf(takeAs) }), ...(site !== undefined && { site }) };
}

function knownOf({ product, service, category }: NonNullable<SourceRecord["takeAs"]>): KnownLogSource {
  return { ...(product && { product }), ...(service && { service }), ...(category && { category }) };
}
