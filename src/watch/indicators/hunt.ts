import { setImmediate as turn } from "node:timers/promises";
import { loadKindsByKey } from "#ingest";
import { type SoughtColumn, soughtColumns, type SoughtRow, type ValuesReading } from "#lake";
import { EventsError } from "#platform";
import { rebuilder } from "../replay/replay-work.ts";
import { spell } from "../spine/entity-of.ts";
import { createExceptionBook } from "../spine/exception-book.ts";
import { findingId } from "../spine/finding-id.ts";
import type { FindingDraft } from "../spine/finding-rows.ts";
import type { SharedExceptions } from "../spine/lane-protocol.ts";
import { matchedOf } from "./ask-indicators.ts";
import type { IndicatorIndex, Sought } from "./indicator-index.ts";

export interface HuntOptions {
  readonly lake: ValuesReading;
  /** Of the one list that is hunted for; its rule is the first. */
  readonly index: IndicatorIndex;
  /** Indicators that hold at this time are looked for, however old the event is. */
  readonly at: number;
  readonly from: number;
  readonly to: number;
  readonly exceptions: SharedExceptions | undefined;
  readonly suppressed: (rule: string, entity: string) => boolean;
  /** Keeps findings; the same one again is the same. */
  readonly raise: (drafts: readonly FindingDraft[]) => Promise<void>;
  /** Told after each stretch of time. */
  readonly onProgress: (upTo: number, found: number) => void;
  readonly signal: AbortSignal;
}

const day = 86_400_000;
/** A stretch whose values are too many for the store is cut in halves down to this. */
const shortest = 60_000;
/** Values in one question, and findings kept at once. */
const valuesAtOnce = 500;
const draftsAtOnce = 500;
const nothing: Sought = { src_ip: "", dst_ip: "", domain: "", url: "", hash: [], user: "" };

/**
 * Looks through history for a list, a day at a time: every different value of each column is asked about once, as lanes
 * ask, and the events that hold those that were found are read. What it costs does not depend on the list's length.
 */
export async function hunt(options: HuntOptions): Promise<void> {
  const { index, from, to, signal } = options;
  if (index.rules.length === 0) return;
  const exceptions = createExceptionBook();
  exceptions.use(options.exceptions);
  const rebuild = rebuilder(loadKindsByKey());

  function draftOf(row: SoughtRow): FindingDraft | undefined {
    const hits = index.match(row, options.at);
    if (hits.length === 0) return undefined;
    const rule = index.rules[0]!;
    const event = rebuild(row);
    const entity = entityOf(row);
    const excepted = event !== undefined && exceptions.holding(rule.id, event).length > 0;
    return {
      id: findingId(rule.id, row.uid),
      time: row.time,
      received: options.at,
      type: "detection",
      rule: rule.id,
      title: rule.title,
      level: rule.level,
      silent: 0,
      muted: excepted ? "excepted" : options.suppressed(rule.id, entity) ? "suppressed" : "",
      source: row.source,
      kind: row.kind,
      site: row.site,
      host: row.host,
      user: row.user,
      entity,
      tags: rule.tags,
      events: [row.uid],
      matched: JSON.stringify(hits.slice(0, 50).map((hit) => matchedOf(rule.id, hit))),
      fields: "{}",
      raw: row.raw,
      late: "hunt",
    };
  }

  async function stretch(column: SoughtColumn, span: { from: number; to: number }, seen: Set<string>): Promise<number> {
    let found = 0;
    const wanted = await valuesIn(column, span);
    for (let at = 0; at < wanted.length; at += valuesAtOnce) {
      let drafts: FindingDraft[] = [];
      for await (const rows of options.lake.holding(column, wanted.slice(at, at + valuesAtOnce), span, signal))
        for (const row of rows) {
          if (seen.has(row.uid)) continue;
          seen.add(row.uid);
          const draft = draftOf(row);
          if (!draft) continue;
          drafts.push(draft);
          if (drafts.length < draftsAtOnce) continue;
          await options.raise(drafts);
          found += drafts.length;
          drafts = [];
        }
      if (drafts.length > 0) await options.raise(drafts);
      found += drafts.length;
    }
    return found;
  }

  async function valuesIn(column: SoughtColumn, span: { from: number; to: number }): Promise<string[]> {
    const wanted: string[] = [];
    for await (const values of options.lake.values(column, span, signal)) {
      for (const value of values) {
        const asked = { ...nothing, [column]: column === "hash" ? [value] : value } as Sought;
        if (index.match(asked, options.at).length > 0) wanted.push(value);
      }
      await turn();
    }
    return wanted;
  }

  async function halving(column: SoughtColumn, span: { from: number; to: number }, seen: Set<string>): Promise<number> {
    try {
      return await stretch(column, span, seen);
    } catch (error) {
      const length = span.to - span.from;
      if (!(error instanceof EventsError) || error.code !== "memory" || length <= shortest) throw error;
      const middle = span.from + Math.floor(length / 2);
      const first = await halving(column, { from: span.from, to: middle }, seen);
      return first + (await halving(column, { from: middle, to: span.to }, seen));
    }
  }

  let found = 0;
  for (let start = from; start < to; start += day) {
    const span = { from: start, to: Math.min(start + day, to) };
    const seen = new Set<string>();
    for (const column of soughtColumns) found += await halving(column, span, seen);
    options.onProgress(span.to, found);
  }
}

function entityOf({ host, user, src_ip, source }: SoughtRow): string {
  if (host !== "") return spell("host", host);
  if (user !== "") return spell("user", user);
  return src_ip === "" ? spell("source", source) : spell("src_ip", src_ip);
}
