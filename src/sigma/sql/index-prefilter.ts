import type { EventKind } from "../event.ts";
import { adaptRule } from "../match/adapt-rule.ts";
import { routes } from "../match/routes.ts";
import type { DetectionRule } from "../rule.ts";
import { join, layOut, type Sql, sqlArray, sqlString } from "./sql-text.ts";
import { type WordNeeds, wordNeeds } from "./word-needs.ts";

export interface IndexPrefilterOptions {
  /** The expression that the text index is over, tokenized by `splitByNonAlpha`: what `wordNeeds` calls the text. */
  readonly searched: string;
  readonly kindColumn: string;
  /** See `RawPrefilterOptions`. */
  readonly folded?: (kind: EventKind) => boolean;
  readonly routing?: boolean;
  /**
   * How many parts of words may be looked for: each costs a walk through the index's words, whole words cost next to
   * nothing. The others are left out.
   */
  readonly parts?: number;
}

/**
 * As `rawPrefilter`, but looser and made so that a text index answers all of it without reading an event: for counting what
 * `rawPrefilter` would have to look at, and for telling the store which rows these are.
 */
export function indexPrefilter(
  rule: DetectionRule,
  kinds: Iterable<EventKind>,
  { searched, kindColumn, folded = () => false, routing = true, parts = 0 }: IndexPrefilterOptions,
): string {
  const alike = new Map<string, { readonly needs: WordNeeds; readonly keys: string[] }>();
  for (const kind of kinds) {
    if (routing && !routes(rule.logsource, kind.logsource)) continue;
    const adapted = adaptRule(rule, kind);
    if ("refused" in adapted) continue;
    const needs = folded(kind) ? true : wordNeeds(adapted.plan);
    if (needs !== true && "any" in needs && needs.any.length === 0) continue;
    const known = alike.get(JSON.stringify(needs));
    if (known !== undefined) known.keys.push(kind.key);
    else alike.set(JSON.stringify(needs), { needs, keys: [kind.key] });
  }
  if (alike.size === 0) return "false";
  const wanted = new Set<string>();
  for (const { needs } of alike.values()) partsOf(needs, wanted);
  const spell = speller(searched, wanted.size <= parts);
  const asked = [...alike.values()].map(({ needs, keys }) => {
    const ofKind = `${kindColumn} IN (${keys.map(sqlString).join(", ")})`;
    const sql = spell(needs);
    return sql === undefined ? ofKind : join("AND", [ofKind, sql]);
  });
  return layOut(join("OR", asked));
}

/** More words to one question would cost more than they spare. */
const mostWords = 200;

function speller(searched: string, withParts: boolean): (needs: WordNeeds) => Sql | undefined {
  return function spell(needs): Sql | undefined {
    if (needs === true) return undefined;
    if ("words" in needs)
      return needs.words.length > mostWords ? undefined : `hasAnyTokens(${searched}, ${sqlArray(needs.words)})`;
    // Letters and digits alone: nothing in it means anything to LIKE.
    if ("part" in needs) return withParts ? `${searched} LIKE ${sqlString(`%${needs.part}%`)}` : undefined;
    if ("all" in needs) {
      const whole = needs.all.flatMap((part) =>
        part !== true && "words" in part && part.words.length === 1 ? part.words : [],
      );
      const others = needs.all.filter((part) => part === true || !("words" in part) || part.words.length > 1);
      const sql = others.map(spell).filter((part) => part !== undefined);
      if (whole.length > 0) sql.unshift(`hasAllTokens(${searched}, ${sqlArray([...new Set(whole)])})`);
      return sql.length === 0 ? undefined : join("AND", sql);
    }
    const sql = needs.any.map(spell);
    return sql.every((part) => part !== undefined) ? join("OR", sql) : undefined;
  };
}

function partsOf(needs: WordNeeds, into: Set<string>): void {
  if (needs === true || "words" in needs) return;
  if ("part" in needs) into.add(needs.part);
  else for (const part of "all" in needs ? needs.all : needs.any) partsOf(part, into);
}
