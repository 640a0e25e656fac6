import type { FindingRow } from "#lake";
import type { CorrelationMatch } from "#sigma";
import { spell } from "./entity-of.ts";
import type { RuleFacts } from "../rules/generation.ts";
import { findingId } from "./finding-id.ts";
import type { FoundMatch } from "./lane-protocol.ts";

/** A finding on its way: its row, but for the alert. */
export type FindingDraft = Omit<FindingRow, "alert">;

/** What a correlation keeps of an event that it rests on. */
export interface EventRef {
  readonly uid: string;
  readonly source: string;
  readonly site: string;
  readonly kind: string;
  readonly host: string;
  readonly user: string;
}

export function detectionDraft(
  found: FoundMatch,
  rule: RuleFacts,
  about: { readonly source: string; readonly site: string; readonly received: number; readonly muted: string },
): FindingDraft {
  return {
    id: found.id,
    time: found.time,
    received: about.received,
    type: "detection",
    rule: rule.id,
    title: rule.title,
    level: rule.level,
    silent: rule.silent ? 1 : 0,
    muted: about.muted,
    source: about.source,
    kind: found.kind,
    site: about.site,
    host: found.host,
    user: found.user,
    entity: found.entity,
    tags: rule.tags,
    events: [found.uid],
    matched: found.matched,
    fields: found.fields,
    raw: found.raw,
  };
}

/** `rawOf` knows the bytes of events in hand; a correlation that time alone completed has none. */
export function correlationDraft(
  match: CorrelationMatch<EventRef>,
  rule: RuleFacts,
  about: { readonly received: number; readonly muted: string; readonly rawOf: (uid: string) => string },
): FindingDraft {
  const newest = match.refs.at(-1);
  const group = Object.entries(match.group);
  const { type } = match.rule;
  return {
    id: findingId(rule.id, JSON.stringify(match.group), type, String(match.from), newest?.uid ?? String(match.time)),
    time: match.time,
    received: about.received,
    type: "correlation",
    rule: rule.id,
    title: rule.title,
    level: rule.level,
    silent: rule.silent ? 1 : 0,
    muted: about.muted,
    source: newest?.source ?? "",
    kind: newest?.kind ?? "",
    site: newest?.site ?? "",
    host: newest?.host ?? "",
    user: newest?.user ?? "",
    entity: correlationEntity(group, newest),
    tags: rule.tags,
    events: match.refs.map(({ uid }) => uid),
    matched: JSON.stringify({
      type,
      group: match.group,
      from: match.from,
      to: match.to,
      count: match.count,
      ...(match.value !== undefined && { value: match.value }),
    }),
    fields: "{}",
    raw: newest ? about.rawOf(newest.uid) : "",
  };
}

function correlationEntity(group: readonly (readonly [string, string])[], newest: EventRef | undefined): string {
  if (group.length > 0) return group.map(([name, value]) => spell(name, value)).join(" ");
  if (newest && newest.host !== "") return spell("host", newest.host);
  return newest && newest.user !== "" ? spell("user", newest.user) : spell("source", newest?.source ?? "");
}
