import type { EventKind } from "../event.ts";
import { adaptRule } from "../match/adapt-rule.ts";
import { routes } from "../match/routes.ts";
import type { DetectionRule } from "../rule.ts";
import { withAliases } from "./shared-sql.ts";
import type { SqlColumns } from "./sql-table.ts";
import { sqlString } from "./sql-text.ts";
import { unsettledSql } from "./to-sql.ts";

export interface RuleSqlOptions {
  readonly columns: SqlColumns;
  /** The column that holds each event's `EventKind.key`. */
  readonly kindColumn: string;
  /** Default true: ask only of kinds that the rule's log source fits, as the matcher does. */
  readonly routing?: boolean;
  /** One part per line. */
  readonly readable?: boolean;
}

/**
 * A rule as a boolean ClickHouse expression over stored events of many kinds: true for exactly the events for which the
 * matcher reports the rule. Each kind's pipelines and layout are applied; kinds that come out alike are asked together.
 * Events of kinds that are not given are never matched. `false`: no kind given can match.
 */
export function ruleToSql(rule: DetectionRule, kinds: Iterable<EventKind>, options: RuleSqlOptions): string {
  const { columns, kindColumn, routing = true, readable = false } = options;
  const alike = new Map<string, string[]>();
  for (const kind of kinds) {
    if (routing && !routes(rule.logsource, kind.logsource)) continue;
    const adapted = adaptRule(rule, kind);
    if ("refused" in adapted) continue;
    const sql = unsettledSql(adapted.plan, { columns, layout: kind.layout }, readable ? "  " : undefined);
    if (sql === "false") continue;
    const known = alike.get(sql);
    if (known === undefined) alike.set(sql, [kind.key]);
    else known.push(kind.key);
  }
  if (alike.size === 0) return "false";
  const parts = [...alike].map(([sql, keys]) => {
    const kindsSql = `${kindColumn} IN (${keys.map(sqlString).join(", ")})`;
    return readable ? `${kindsSql} AND (\n  ${sql}\n)` : `${kindsSql} AND (${sql})`;
  });
  const whole = parts.length === 1 ? parts[0]! : parts.map((part) => `(${part})`).join(readable ? "\nOR " : " OR ");
  return withAliases(whole);
}
