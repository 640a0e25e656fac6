import type { Id, Instant } from "#kernel";
import type { Level } from "#sigma";
import type { IndicatorType, Reach } from "./indicators/indicator.ts";

export type AlertState = "open" | "acknowledged" | "closed";
export type Verdict = "true-positive" | "benign" | "false-positive";
export type AlertType = "detection" | "correlation" | "risk" | "health";

/** This room's tables as Kysely sees them; `migrations/` makes them, the store files ask them. */
export interface WatchTables {
  watch_alerts: {
    id: Id<"alert">;
    key: string;
    rule: string;
    title: string;
    type: AlertType;
    level: Level;
    tags: string;
    entity: string;
    host: string;
    user: string;
    source: string;
    state: AlertState;
    verdict: Verdict | null;
    reason: string;
    assignee: string | null;
    findings: number;
    first_at: Instant;
    last_at: Instant;
    raised_at: Instant;
    acknowledged_at: Instant | null;
    acknowledged_by: string | null;
    closed_at: Instant | null;
    closed_by: string | null;
    sample: string;
  };
  watch_alert_claims: {
    id: Id<"alert">;
    key: string;
    first_at: Instant;
    last_at: Instant;
    claimed_at: Instant;
  };
  watch_progress: { name: string; at: Instant };
  watch_rule_sets: {
    id: Id<"rule-set">;
    name: string;
    kind: "own" | "folder" | "git";
    place: string;
    branch: string | null;
    pin: string | null;
    enabled: 0 | 1;
    level: Level;
    made_at: Instant;
    made_by: string;
  };
  watch_rules_off: { rule: string; reason: string; at: Instant; by: string };
  watch_exceptions: {
    id: Id<"exception">;
    rule: string | null;
    condition: string;
    owner: string;
    reason: string;
    made_at: Instant;
    made_by: string;
    expires_at: Instant | null;
    ended_at: Instant | null;
    ended_by: string | null;
    hits: number;
    last_hit_at: Instant | null;
  };
  watch_suppressions: {
    id: Id<"suppression">;
    rule: string;
    entity: string | null;
    reason: string;
    made_at: Instant;
    made_by: string;
    until_at: Instant;
    ended_at: Instant | null;
    hits: number;
  };
  watch_indicator_lists: {
    id: Id<"indicator-list">;
    name: string;
    owner: string;
    source: string;
    level: Level;
    confidence: number;
    lifetime: number | null;
    enabled: 0 | 1;
    made_at: Instant;
    made_by: string;
    changed_at: Instant;
    revision: number;
  };
  watch_indicators: {
    id: string;
    list: Id<"indicator-list">;
    type: IndicatorType;
    value: string;
    reach: Reach;
    valid_from: Instant | null;
    valid_until: Instant | null;
    confidence: number | null;
    labels: string;
    reference: string;
    upload: string;
    added_at: Instant;
    added_by: string;
  };
  watch_entity_weights: {
    entity: string;
    factor: number;
    reason: string;
    changed_at: Instant;
    changed_by: string;
  };
  watch_risk_settings: { name: string; value: number; changed_at: Instant; changed_by: string };
  watch_risk_points: { level: Level; points: number; changed_at: Instant; changed_by: string };
  watch_replays: {
    id: Id<"replay">;
    purpose: "try" | "repair";
    rule: string;
    title: string;
    from_at: Instant;
    to_at: Instant;
    exact: 0 | 1;
    state: "running" | "done" | "failed" | "cancelled";
    why: string;
    result: string | null;
    made_at: Instant;
    made_by: string;
    ended_at: Instant | null;
  };
  watch_canary: {
    rule: string;
    state: "alive" | "dead" | "none";
    why: string;
    example: "own" | "made" | "none";
    since_at: Instant;
  };
}
