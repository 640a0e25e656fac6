import type { EventsReading, FindingsReading, TimeSpan } from "#lake";
import type { Clock } from "#platform";
import { createCorrelator, reachOf, type RuleSet } from "#sigma";
import type { MuteBook } from "../exceptions/mute-book.ts";
import type { Generation, RuleFacts } from "../rules/generation.ts";
import { correlationDraft, detectionDraft, type EventRef, type FindingDraft } from "../spine/finding-rows.ts";
import type { FoundMatch } from "../spine/lane-protocol.ts";
import { askHistory } from "./ask-history.ts";
import type { ReplaySetup } from "./replay-protocol.ts";
import { observationOf } from "./run-replay.ts";

export interface RepairParts {
  readonly lake: EventsReading & Pick<FindingsReading, "since">;
  readonly clock: Clock;
  readonly muting: Pick<MuteBook, "shared" | "suppressed">;
  readonly generation: () => Generation;
  /** Keeps findings and alerts, those that are there already as they are; resolves once they are durable. */
  readonly raise: (drafts: readonly FindingDraft[]) => Promise<void>;
}

export interface RepairStep {
  readonly looked: number;
  /** The findings of this step, kept by now. */
  readonly drafts: readonly FindingDraft[];
  /** The rows that were asked. */
  readonly rows: readonly { readonly uid: string }[];
}

/**
 * Asks rules of all events of a time and keeps what they find, with the ids that it has or would have had: what was kept
 * when the events came stays one finding, and alerts are raised of what is new.
 */
export async function* repairDetections(
  parts: RepairParts,
  setup: ReplaySetup,
  span: TimeSpan,
  signal: AbortSignal,
): AsyncGenerator<RepairStep, void, undefined> {
  const { lake, muting, clock, raise } = parts;
  await using asker = await askHistory({ lake, setup, span, exceptions: () => muting.shared, signal });
  const { plan } = asker;
  const correlator = createCorrelator<EventRef>(plan.correlating, {
    lateness: 0,
    sameEvent: (a, b) => a.uid === b.uid,
  });
  const subjects = new Map(plan.subjects.map((rule) => [rule.id, rule]));
  const raws = new Map<string, string>();
  const correlated = (matches: ReturnType<typeof correlator.observe>): FindingDraft[] =>
    matches.flatMap((match) => {
      const rule = subjects.get(match.rule.id);
      if (!rule) return [];
      const draft = correlationDraft(match, rule, {
        received: clock.now(),
        muted: "",
        rawOf: (uid) => raws.get(uid) ?? "",
      });
      return [late({ ...draft, muted: muting.suppressed(rule.id, draft.entity) ? "suppressed" : "" })];
    });
  // Correlations see their events in the order of time.
  for await (const { rows, found } of asker.ask(span, plan.filter, { ordered: true, lean: false })) {
    raws.clear();
    const drafts: FindingDraft[] = [];
    for (const match of found) {
      const rule = plan.detections[match.rule]!;
      const { source, site } = rows[match.row]!;
      drafts.push(late(draftOf(match, rule, { source, site, received: clock.now() }, muting)));
      raws.set(match.uid, match.raw);
      if (match.excepted.length === 0)
        drafts.push(...correlated(correlator.observe(observationOf(match, rule, { source, site }))));
    }
    if (drafts.length > 0) await raise(drafts);
    yield { looked: rows.length, drafts, rows };
  }
  const rest = correlated(correlator.advance(Math.min(span.to, clock.now())));
  if (rest.length > 0) await raise(rest);
  yield { looked: 0, drafts: rest, rows: [] };
}

/**
 * Has the correlations that are on and rest on some rules see all findings of a time again, those that came late in their
 * place, and keeps what that completes in the time.
 */
export async function repairCorrelations(
  parts: RepairParts,
  rules: ReadonlySet<string>,
  { from, to }: Pick<TimeSpan, "from" | "to">,
  signal: AbortSignal,
): Promise<readonly FindingDraft[]> {
  const { lake, clock, muting, raise, generation } = parts;
  const { correlating, byId } = generation();
  const affected = restingOn(correlating, rules);
  if (affected.correlations.length === 0) return [];
  const correlator = createCorrelator<EventRef>(affected, { lateness: 0, sameEvent: (a, b) => a.uid === b.uid });
  const memory = affected.correlations.reduce((sum, rule) => sum + reachOf(rule), 0);
  const kept: FindingDraft[] = [];
  const keep = async (matches: ReturnType<typeof correlator.observe>, rawOf: (uid: string) => string) => {
    const drafts = matches.flatMap((match) => {
      const rule = byId.get(match.rule.id);
      if (!rule || match.time < from) return [];
      const draft = correlationDraft(match, rule, { received: clock.now(), muted: "", rawOf });
      return [late({ ...draft, muted: muting.suppressed(rule.id, draft.entity) ? "suppressed" : "" })];
    });
    if (drafts.length === 0) return;
    await raise(drafts);
    kept.push(...drafts);
  };
  const end = to + memory;
  for await (const rows of lake.since(from - memory, signal)) {
    const seen = rows.filter(
      ({ type, muted, rule, time }) =>
        type === "detection" && muted !== "excepted" && time < end && correlator.wants.has(rule),
    );
    const raws = new Map(seen.map(({ events, raw }) => [events.at(-1), raw]));
    for (const row of seen) {
      const { rule, time, source, site, kind, host, user } = row;
      const fields = JSON.parse(row.fields) as Record<string, readonly string[]>;
      const ref = { uid: row.events.at(-1) ?? "", source, site, kind, host, user };
      await keep(
        correlator.observe({ rule, time, ref, field: (name) => fields[name] ?? [] }),
        (uid) => raws.get(uid) ?? "",
      );
    }
    if (rows.some(({ time }) => time >= end)) break;
  }
  await keep(correlator.advance(Math.min(end, clock.now())), () => "");
  return kept;
}

function restingOn(all: RuleSet, rules: ReadonlySet<string>): RuleSet {
  const names = new Set<string>();
  for (const { id, name } of all.detections) if (rules.has(id)) for (const one of [id, name ?? id]) names.add(one);
  const found = new Set<RuleSet["correlations"][number]>();
  for (let grew = true; grew;) {
    grew = false;
    for (const rule of all.correlations) {
      if (found.has(rule) || !rule.rules.some((name) => names.has(name))) continue;
      found.add(rule);
      for (const one of [rule.id, rule.name ?? rule.id]) names.add(one);
      grew = true;
    }
  }
  // What these rest on besides has to be seen too; a correlation that is in between is among them or is not affected.
  return { ...all, correlations: all.correlations.filter((rule) => found.has(rule)) };
}

function draftOf(
  match: FoundMatch,
  rule: RuleFacts,
  about: { readonly source: string; readonly site: string; readonly received: number },
  muting: Pick<MuteBook, "suppressed">,
): FindingDraft {
  const muted = match.excepted.length > 0 ? "excepted" : muting.suppressed(rule.id, match.entity) ? "suppressed" : "";
  return detectionDraft(match, rule, { ...about, muted });
}

function late(draft: FindingDraft): FindingDraft {
  return { ...draft, late: "replay" };
}
