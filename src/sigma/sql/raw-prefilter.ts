import type { EventKind } from "../event.ts";
import { adaptRule } from "../match/adapt-rule.ts";
import { routes } from "../match/routes.ts";
import type { DetectionRule } from "../rule.ts";
import { type RawNeeds, rawNeeds } from "./raw-needs.ts";
import { join, layOut, type Sql, sqlString } from "./sql-text.ts";

export interface RawPrefilterOptions {
  /** The column that holds each event's JSON text, with no escapes but those that JSON demands. */
  readonly rawColumn: string;
  /** The column that holds each event's `EventKind.key`. */
  readonly kindColumn: string;
  /** Kinds whose values are folded into another notation in the text, so that a text says nothing about them. */
  readonly folded?: (kind: EventKind) => boolean;
  /** Default true: ask only of kinds that the rule's log source fits, as the matcher does. */
  readonly routing?: boolean;
  /** One part per line. */
  readonly readable?: boolean;
}

/**
 * A boolean ClickHouse expression that is true of every stored event for which the matcher reports the rule, and of few
 * others: for asking the matcher about those alone. It is made for a text index over `lower(raw)`, which answers it
 * without reading the events. `false`: no kind given can match.
 */
export function rawPrefilter(rule: DetectionRule, kinds: Iterable<EventKind>, options: RawPrefilterOptions): string {
  const { rawColumn, kindColumn, folded = () => false, routing = true, readable = false } = options;
  const alike = new Map<string, { readonly needs: RawNeeds; readonly keys: string[] }>();
  for (const kind of kinds) {
    if (routing && !routes(rule.logsource, kind.logsource)) continue;
    const adapted = adaptRule(rule, kind);
    if ("refused" in adapted) continue;
    const needs = folded(kind) ? true : rawNeeds(adapted.plan);
    const known = alike.get(JSON.stringify(needs));
    if (known !== undefined) known.keys.push(kind.key);
    else if (possible(needs)) alike.set(JSON.stringify(needs), { needs, keys: [kind.key] });
  }
  if (alike.size === 0) return "false";
  const parts = [...alike.values()].map(({ needs, keys }) => {
    const ofKind = `${kindColumn} IN (${keys.map(sqlString).join(", ")})`;
    const asked = needsSql(needs, rawColumn);
    return asked === undefined ? ofKind : join("AND", [ofKind, asked]);
  });
  return layOut(join("OR", parts), readable ? "" : undefined);
}

/**
 * The Kelvin sign folds to `k` and is no ASCII: an event with one in it is asked about whatever else it has, where a `k`
 * is looked for.
 */
function needsSql(needs: RawNeeds, column: string): Sql | undefined {
  if (needs === true) return undefined;
  const sql = textSql(needs, column);
  return looksFor(needs, "k") ? join("OR", [sql, `${column} LIKE '%\u212a%'`]) : sql;
}

function textSql(needs: Exclude<RawNeeds, true>, column: string): Sql {
  if ("has" in needs) return `${column} ILIKE ${sqlString(`%${needs.has.replace(/[%_\\]/g, "\\$&")}%`)}`;
  if ("all" in needs)
    return join(
      "AND",
      needs.all.flatMap((part) => (part === true ? [] : [textSql(part, column)])),
    );
  return join(
    "OR",
    needs.any.flatMap((part) => (part === true ? [] : [textSql(part, column)])),
  );
}

function looksFor(needs: RawNeeds, text: string): boolean {
  if (needs === true) return false;
  if ("has" in needs) return needs.has.includes(text);
  return ("all" in needs ? needs.all : needs.any).some((part) => looksFor(part, text));
}

function possible(needs: RawNeeds): boolean {
  return needs === true || !("any" in needs) || needs.any.length > 0;
}
