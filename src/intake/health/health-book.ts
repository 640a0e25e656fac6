import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Recognise } from "#ingest";
import type { Clock } from "#platform";
import type { Log } from "#telemetry";
import type { SourceFact, Taken } from "../contract.ts";
import { type DriftState, KeyDrift } from "../core/key-drift.ts";
import { type HabitState, SourceHabit } from "../core/source-habit.ts";
import type { Handed, Watcher } from "../desk.ts";
import type { SourceHealth } from "../source-schema.ts";
import { readSample, takeSample } from "./take-sample.ts";

export interface HealthParts {
  readonly clock: Clock;
  /** Where what was learnt outlives the process. */
  readonly folder: string;
  readonly log: Log;
  /** Tells kinds of events apart, for drift; without it keys alone are looked at. */
  readonly recognise?: Recognise | undefined;
  /** Whether a source's silence and drift are to be told. */
  readonly isWatched: (source: string) => boolean;
  /** Tells the house. What it throws is thrown by `tick`, and told again by the next one. */
  readonly tell: (fact: SourceFact) => Promise<void>;
}

interface Page {
  readonly habit: SourceHabit;
  readonly drift: KeyDrift;
  /** How late its newest records were, newest last. */
  delays: number[];
  sampledAt: number;
  hour: number;
  /** Since when it is silent, once that was told. */
  silentSince: number | undefined;
  drifted: { readonly at: number; readonly changes: readonly string[] } | undefined;
  untold: SourceFact[];
}

interface Kept {
  readonly sources: Readonly<Record<string, { readonly habit: HabitState; readonly drift: DriftState }>>;
}

const hour = 3_600_000;
/** Milliseconds between two samples of one source, delays that are remembered, and how long a drift is shown. */
const sampleEvery = 5_000;
const mostDelays = 31;
const driftShown = 7 * 24 * hour;

/** What every source of this process usually does, and how it is now. */
export class HealthBook implements Watcher {
  readonly #parts: HealthParts;
  readonly #pages = new Map<string, Page>();

  constructor(parts: HealthParts) {
    this.#parts = parts;
  }

  /** Takes up what an earlier process has learnt; a file that can't be read is as good as none. */
  async load(): Promise<void> {
    const { clock, log } = this.#parts;
    try {
      const kept = JSON.parse(await readFile(this.#file, "utf8")) as Kept;
      const now = clock.now();
      for (const [source, { habit, drift }] of Object.entries(kept.sources))
        this.#pages.set(source, newPage(new SourceHabit(now, habit), new KeyDrift(drift), now));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT")
        log.warn("what was learnt of the sources can't be read; it is learnt anew", { error });
    }
  }

  async save(): Promise<void> {
    const sources = Object.fromEntries(
      [...this.#pages].map(([source, { habit, drift }]) => [source, { habit: habit.state, drift: drift.state }]),
    );
    await writeFile(`${this.#file}.new`, JSON.stringify({ sources } satisfies Kept), { mode: 0o600 });
    await rename(`${this.#file}.new`, this.#file);
  }

  before(source: string, handed: Handed, at: number): void {
    const page = this.#page(source);
    if (at - page.sampledAt < sampleEvery) return;
    page.sampledAt = at;
    this.#look(page, takeSample(handed), at).catch((error: unknown) =>
      this.#parts.log.warn("a sample of a delivery could not be looked at", { source, error }),
    );
  }

  refused(source: string, at: number): void {
    this.#page(source).habit.refused(at);
  }

  after(source: string, { accepted, rejected }: Taken, at: number): void {
    this.#page(source).habit.counted(accepted + rejected, at);
  }

  of(source: string): SourceHealth {
    const page = this.#pages.get(source);
    if (!page) return { state: "learning", lastMinute: 0, drift: [] };
    const now = this.#parts.clock.now();
    const { habit, delays, silentSince, drifted } = page;
    habit.advance(now);
    const expected = habit.expectedPerMinute(now);
    const delay = delays.toSorted((a, b) => a - b)[delays.length >> 1];
    return {
      state:
        silentSince !== undefined ? "silent" : !habit.learnt ? "learning" : habit.surging(now) ? "surging" : "well",
      ...(habit.lastEventAt === undefined ? {} : { lastEventAt: habit.lastEventAt }),
      lastMinute: habit.lastMinute,
      ...(expected === undefined ? {} : { expectedPerMinute: expected }),
      ...(silentSince === undefined ? {} : { silentSince }),
      drift: drifted && now - drifted.at < driftShown ? [...drifted.changes] : [],
      ...(delay === undefined ? {} : { clockSkewSeconds: Math.round(delay / 1_000) }),
    };
  }

  /** Looks at every source, and tells what is new; for every half minute. */
  async tick(): Promise<void> {
    const now = this.#parts.clock.now();
    for (const [source, page] of this.#pages) {
      this.#lookAt(source, page, now);
      const watched = this.#parts.isWatched(source);
      for (let fact = page.untold[0]; fact; fact = page.untold[0]) {
        if (watched) await this.#parts.tell(fact);
        page.untold.shift();
      }
    }
  }

  get #file(): string {
    return join(this.#parts.folder, "health.json");
  }

  #page(source: string): Page {
    const known = this.#pages.get(source);
    if (known) return known;
    const now = this.#parts.clock.now();
    const page = newPage(new SourceHabit(now), new KeyDrift(), now);
    this.#pages.set(source, page);
    return page;
  }

  #lookAt(source: string, page: Page, at: number): void {
    page.habit.advance(at);
    const silence = page.habit.silence(at);
    if (silence && page.silentSince === undefined) {
      page.silentSince = silence.since;
      page.untold.push({ name: "source.silent", source, at, ...silence });
    } else if (!silence && page.silentSince !== undefined) {
      const since = page.silentSince;
      page.silentSince = undefined;
      // Whoever was away so long that it is usual now has not come back.
      if ((page.habit.lastEventAt ?? 0) > since) page.untold.push({ name: "source.returned", source, at, since });
    }
    if (Math.floor(at / hour) === page.hour) return;
    page.hour = Math.floor(at / hour);
    const changes = page.drift.hourOver();
    if (changes.length === 0) return;
    page.drifted = { at, changes };
    page.untold.push({ name: "source.drifted", source, at, changes });
  }

  async #look(page: Page, sample: Handed, at: number): Promise<void> {
    const { keys, delays } = await readSample(sample, at, this.#parts.recognise);
    for (const own of keys) page.drift.sampled(own);
    page.delays = [...page.delays, ...delays].slice(-mostDelays);
  }
}

function newPage(habit: SourceHabit, drift: KeyDrift, at: number): Page {
  return {
    habit,
    drift,
    delays: [],
    sampledAt: -Infinity,
    hour: Math.floor(at / hour),
    silentSince: undefined,
    drifted: undefined,
    untold: [],
  };
}
