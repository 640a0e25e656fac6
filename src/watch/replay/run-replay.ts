import type { EventFilter, EventsReading, TimeSpan } from "#lake";
import { createCorrelator } from "#sigma";
import type { RuleFacts } from "../rules/generation.ts";
import { correlationDraft, type EventRef } from "../spine/finding-rows.ts";
import type { FoundMatch, SharedExceptions } from "../spine/lane-protocol.ts";
import { askHistory, type HistoryAsker } from "./ask-history.ts";
import type { ReplayResult } from "./contract.ts";
import {
  costOf,
  type CountedStripe,
  evenSample,
  newestWithin,
  shorterLength,
  type Slice,
  slicesOf,
  spreadOut,
  stripeLengthFor,
} from "./core/stripe-plan.ts";
import type { SampledStripe } from "./core/estimate.ts";
import type { ReplaySetup } from "./replay-protocol.ts";
import { type CountedFinding, ReplayReport } from "./replay-report.ts";

export interface ReplayParts {
  readonly lake: EventsReading;
  readonly exceptions: () => SharedExceptions | undefined;
  /** Milliseconds from any start, never going back. */
  readonly monotonic: () => number;
}

export interface ReplayOptions {
  readonly setup: ReplaySetup;
  readonly span: Pick<TimeSpan, "from" | "to">;
  /** All of the time, whatever it takes; else what is too much is sampled, of correlations the newest part is taken. */
  readonly exact: boolean;
  /** How many findings are shown. */
  readonly samples: number;
  readonly signal: AbortSignal;
  /** Milliseconds that a replay is to take which is not exact. */
  readonly budget?: number;
}

export interface ReplayProgress {
  /** 0 to 1, of the work that is to be done. */
  readonly share: number;
  readonly looked: number;
  readonly found: number;
}

const usualBudget = 8_000;
/** A sample is not cut shorter, whatever the time. */
const leastLooked = 20;
/** However long the counting took, so much is looked at. */
const leastBudget = 2_000;

/**
 * Asks rules of stored events: counts where candidates are by the index alone, then reads these and asks the matcher. Gives
 * progress and, at last, the result. Leaving the loop ends it. Throws the refusal `watch/bad-rule`.
 */
export async function* runReplay(
  { lake, exceptions, monotonic }: ReplayParts,
  { setup, span, exact, samples, signal, budget = usualBudget }: ReplayOptions,
): AsyncGenerator<ReplayProgress, ReplayResult, undefined> {
  const began = monotonic();
  await using asker = await askHistory({ lake, setup, span, exceptions, signal });
  const { plan, kinds } = asker;
  const report = new ReplayReport(plan.subjects, span, samples);
  const correlates = plan.correlating.correlations.length > 0;
  const left = () => Math.max(leastBudget, budget - (monotonic() - began));
  const { stripes, length, filter } = await countStripes(lake, plan.filter, span, { left, exact, signal });
  const cost = costIn(stripes);
  const fits = exact || cost <= left();
  const looked = fits ? stripes : correlates ? newestWithin(stripes, left()) : evenSample(stripes, left());
  const sampled = looked.length < stripes.length && !correlates;
  const slices = slicesOf(looked, length, span, { together: !sampled });
  const all = costIn(looked);
  const sample: SampledStripe[] = [];
  const ask = correlates ? correlating(asker, report) : plainly(asker, report);
  let done = 0;
  yield { share: 0, looked: 0, found: 0 };
  let granules = 0;
  // A person wants the newest first, correlations the order of time, and a sample may have to be cut short.
  for (const slice of correlates ? slices : sampled ? spreadOut(slices) : slices.toReversed()) {
    if (sampled && sample.length >= leastLooked && monotonic() - began > budget) break;
    const before = report.found;
    for await (const _ of ask(slice, filter))
      yield { share: Math.min(1, done / all), looked: report.looked, found: report.found };
    done += slice.cost;
    granules += sum(slice.stripes, (one) => one.granules);
    sample.push({ candidates: sum(slice.stripes, ({ candidates }) => candidates), found: report.found - before });
    yield { share: Math.min(1, done / all), looked: report.looked, found: report.found };
  }
  if (correlates) ask.end(span.to);
  return report.result({
    events: sum(kinds, ({ events }) => events),
    first: Math.min(span.to, ...kinds.map(({ first }) => first)),
    candidates: sum(stripes, ({ candidates }) => candidates),
    stripes: stripes.length,
    ...(sampled && { sample }),
    covered: {
      from: looked.length < stripes.length && correlates ? (slices[0]?.from ?? span.from) : span.from,
      to: span.to,
    },
    share: looked.length === stripes.length && !sampled ? 1 : done / cost,
    milliseconds: monotonic() - began,
    cpu: asker.cpu,
    granules,
    unknownKinds: plan.unknownKinds,
  });
}

interface CountedStripes {
  readonly stripes: readonly CountedStripe[];
  readonly length: number;
  readonly filter: EventFilter;
}

/** Where the candidates are: by whole words first; where these leave too much, by parts of words as well. */
async function countStripes(
  lake: EventsReading,
  filter: EventFilter,
  span: Pick<TimeSpan, "from" | "to">,
  { left, exact, signal }: { readonly left: () => number; readonly exact: boolean; readonly signal: AbortSignal },
): Promise<CountedStripes> {
  let length = stripeLengthFor(span);
  let chosen = filter;
  let stripes = await lake.stripes(span, length, filter.index, signal);
  if (filter.closer !== filter.index && costIn(stripes) > left()) {
    const fewer = await lake.stripes(span, length, filter.closer, signal);
    // Each question of a closer filter walks through the index's words again: it has to be worth it.
    if (costIn(fewer) < costIn(stripes) / 2) {
      chosen = { ...filter, index: filter.closer };
      stripes = fewer;
    }
  }
  const shorter =
    exact || stripes.length === 0 || costIn(stripes) <= left() ? undefined : shorterLength(stripes, length, left());
  if (shorter !== undefined) {
    length = shorter;
    stripes = await lake.stripes(span, length, chosen.index, signal);
  }
  return { stripes, length, filter: chosen };
}

interface Asking {
  (slice: Slice, filter: EventFilter): AsyncGenerator<void, void, undefined>;
  /** Time has run on to here, and nothing more will come. */
  end(to: number): void;
}

function plainly({ ask, plan }: HistoryAsker, report: ReplayReport): Asking {
  const one = async function* ({ from, to }: Slice, filter: EventFilter): AsyncGenerator<void, void, undefined> {
    for await (const { rows, found, unreadable } of ask({ from, to }, filter, { ordered: false, lean: true })) {
      report.lookedAt(rows, unreadable);
      for (const match of found) report.add(countedMatch(match, plan.detections[match.rule]!, rows[match.row]!.source));
      yield;
    }
  };
  return Object.assign(one, { end: () => undefined });
}

/** Findings go through a correlator in the order of time, and both are counted, as far as they are asked about. */
function correlating({ ask, plan }: HistoryAsker, report: ReplayReport): Asking {
  const correlator = createCorrelator<EventRef>(plan.correlating, {
    lateness: 0,
    sameEvent: (a, b) => a.uid === b.uid,
  });
  const byId = new Map(plan.subjects.map((rule) => [rule.id, rule]));
  const keep = (matches: ReturnType<typeof correlator.observe>): void => {
    for (const match of matches) {
      const rule = byId.get(match.rule.id);
      if (!rule) continue;
      const draft = correlationDraft(match, rule, { received: 0, muted: "", rawOf: () => "" });
      report.add({ ...draft, rule, excepted: [] });
    }
  };
  const one = async function* ({ from, to }: Slice, filter: EventFilter): AsyncGenerator<void, void, undefined> {
    for await (const { rows, found, unreadable } of ask({ from, to }, filter, { ordered: true, lean: true })) {
      report.lookedAt(rows, unreadable);
      for (const match of found) {
        const { source, site } = rows[match.row]!;
        report.add(countedMatch(match, plan.detections[match.rule]!, source));
        // As live: what exceptions hold back is not correlated.
        if (match.excepted.length > 0) continue;
        keep(correlator.observe(observationOf(match, plan.detections[match.rule]!, { source, site })));
      }
      yield;
    }
    keep(correlator.advance(to));
  };
  return Object.assign(one, { end: (to: number) => keep(correlator.advance(to)) });
}

export function observationOf(
  match: FoundMatch,
  rule: RuleFacts,
  { source, site }: { readonly source: string; readonly site: string },
) {
  const { uid, time, kind, host, user, fields } = match;
  let read: Readonly<Record<string, readonly string[]>> | undefined;
  return {
    rule: rule.id,
    time,
    ref: { uid, source, site, kind, host, user },
    field: (name: string) => (read ??= JSON.parse(fields) as typeof read & object)[name] ?? [],
  };
}

function countedMatch(match: FoundMatch, rule: RuleFacts, source: string): CountedFinding {
  const { id, time, entity, uid, kind, host, user, matched, excepted } = match;
  return { rule, id, time, entity, events: [uid], source, kind, host, user, matched, excepted };
}

function costIn(stripes: readonly CountedStripe[]): number {
  return sum(stripes, costOf);
}

function sum<One>(all: readonly One[], of: (one: One) => number): number {
  return all.reduce((total, one) => total + of(one), 0);
}
