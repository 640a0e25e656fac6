import type { SpelledEvent } from "#lake";
import { createCorrelator, type DetectionRule, fieldTexts, matchedValues, type RuleSet, type SigmaEvent } from "#sigma";
import { type AlertSettings, alertSettingsOf } from "../core/alert-settings.ts";
import { entityOf } from "./entity-of.ts";
import type { ExceptionBook } from "./exception-book.ts";
import { findingId } from "./finding-id.ts";
import type { FoundMatch } from "./lane-protocol.ts";

/** Says what holds for an event as findings need it; the same words whether the event has just come or was stored long ago. */
export type TellFound = (
  rule: DetectionRule,
  event: SigmaEvent,
  about: { readonly row: number; readonly spelled: SpelledEvent; readonly source: string },
) => FoundMatch;

export function createTellFound(ruleSet: RuleSet, exceptions: Pick<ExceptionBook, "holding">): TellFound {
  const numberOf = new Map(ruleSet.detections.map((rule, number) => [rule, number]));
  const { wants } = createCorrelator(ruleSet);
  const settingsOf = new Map<DetectionRule, AlertSettings>();
  return (rule, event, { row, spelled, source }) => {
    const { uid, time, host, user } = spelled;
    const wanted = wants.get(rule.id);
    let settings = settingsOf.get(rule);
    if (!settings) settingsOf.set(rule, (settings = alertSettingsOf(rule)));
    return {
      row,
      rule: numberOf.get(rule)!,
      id: findingId(rule.id, uid),
      uid,
      time,
      kind: event.kind.key,
      host,
      user,
      entity: entityOf(rule, settings.groupBy, event, spelled, source),
      matched: JSON.stringify(matchedValues(rule, event)),
      fields: wanted
        ? JSON.stringify(Object.fromEntries(wanted.map((name) => [name, fieldTexts(rule, name, event)])))
        : "{}",
      raw: rawOf(event),
      excepted: exceptions.holding(rule.id, event),
    };
  };
}

export function rawOf({ body, raw }: SigmaEvent): string {
  return raw ? Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength).toString("utf8") : JSON.stringify(body);
}
