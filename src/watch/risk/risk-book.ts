import type {
  EntityFinding,
  EntityRule,
  FindingRow,
  FindingsReading,
  RiskQuestion,
  RiskReading,
  RiskyEntity,
} from "#lake";
import type { Clock, Reader } from "#platform";
import { enterpriseTactics, type Level } from "#sigma";
import {
  defaultRiskSettings,
  halfLifeOf,
  perTactic,
  riskOf,
  type RiskSettings,
  type RiskWindow,
  riskWindows,
  ruleRisk,
  scoreOf,
} from "../core/risk-score.ts";
import { rulePrefix } from "../indicators/indicator-book.ts";
import { findingId } from "../spine/finding-id.ts";
import { builtInRule } from "../rules/built-in-rule.ts";
import type { ListedRule } from "../rules/load-protocol.ts";
import type { FindingDraft } from "../spine/finding-rows.ts";
import type { WatchTables } from "../tables.ts";
import { createLiveRisk } from "./live-risk.ts";
import { readRiskSettings, weightRows } from "./store.ts";

export const riskRule = "meridian.risk/entity";
/** A new alert is raised of an entity that stays risky only when the last one was closed, or is a week old. */
export const riskRuleWindow = 7 * 86_400_000;

/** As lists of rules show it: it may be suppressed for an entity. */
export const riskListedRule: ListedRule = builtInRule({
  id: riskRule,
  title: "Risk of an entity past the threshold",
  level: "high",
  description: "Findings of several rules, or many of one, add up to a risk that somebody has to look at.",
  window: riskRuleWindow,
});

export interface EntityRisk {
  readonly entity: string;
  /** 0 to less than 100. */
  readonly risk: number;
  readonly factor: number;
  readonly tactics: readonly string[];
  readonly rules: readonly (Pick<EntityRule, "rule" | "title" | "findings" | "last"> & { readonly points: number })[];
}

export interface RiskBook {
  readonly settings: RiskSettings;
  refresh(): Promise<void>;
  /** Told of findings that were kept; notes whom `check` has to ask the lake about. */
  observe(findings: readonly FindingRow[]): void;
  /** Observes what was found in the last day, at a start. */
  rebuild(): Promise<void>;
  /** Asks the lake about those who may have crossed the threshold, and raises a finding of each that has. */
  check(signal?: AbortSignal): Promise<void>;
  top(
    window: RiskWindow,
    options: { readonly type?: string | undefined; readonly limit: number },
    signal?: AbortSignal,
  ): Promise<readonly (RiskyEntity & { readonly risk: number; readonly factor: number })[]>;
  of(window: RiskWindow, entity: string, signal?: AbortSignal): Promise<EntityRisk>;
  contributions(
    window: RiskWindow,
    entity: string,
    limit: number,
    signal?: AbortSignal,
  ): Promise<readonly EntityFinding[]>;
}

export interface RiskBookOptions {
  readonly read: Reader<WatchTables>;
  readonly lake: RiskReading & Pick<FindingsReading, "since">;
  readonly clock: Clock;
  readonly raise: (drafts: readonly FindingDraft[]) => Promise<void>;
  readonly suppressed: (rule: string, entity: string) => boolean;
}

const day = 86_400_000;
/** Asked about in one go; the rest has its turn with the next one. */
const checkedAtOnce = 200;
/** Findings and rules that an alert names. */
const mostTold = 50;

export function createRiskBook({ read, lake, clock, raise, suppressed }: RiskBookOptions): RiskBook {
  let settings = defaultRiskSettings;
  let factors: ReadonlyMap<string, number> = new Map();
  const factorOf = (entity: string) => factors.get(entity) ?? 1;
  const live = createLiveRisk({ settings: () => settings, factorOf });
  const suspects = new Set<string>();
  /** Who has a finding of today already. */
  let raised = { day: 0, entities: new Set<string>() };

  function question(window: RiskWindow, to: number): RiskQuestion {
    return {
      to,
      window: riskWindows[window],
      halfLife: halfLifeOf(window),
      points: settings.points,
      tactics: enterpriseTactics.map((tactic) => `attack.${tactic}`),
      unsure: rulePrefix,
    };
  }

  async function riskAt(window: RiskWindow, entity: string, at: number, signal?: AbortSignal): Promise<EntityRisk> {
    const rules = await lake.rules(question(window, at), entity, signal);
    const tactics = [...new Set(rules.flatMap((rule) => rule.tactics))].sort();
    const parts = rules.map((rule) => ({ rule, points: ruleRisk(rule) }));
    const factor = factorOf(entity);
    return {
      entity,
      risk: riskOf(
        parts.map(({ points }) => points),
        tactics.length,
        factor,
      ),
      factor,
      tactics,
      rules: parts
        .map(({ rule: { rule, title, findings, last }, points }) => ({ rule, title, findings, last, points }))
        .sort((a, b) => b.points - a.points || (a.rule < b.rule ? -1 : 1)),
    };
  }

  async function draftOf({ entity, risk, factor, tactics, rules }: EntityRisk, at: number): Promise<FindingDraft> {
    const findings = await lake.contributions(question("24h", at), entity, mostTold);
    const cut = entity.indexOf(":");
    const [type, value] = [entity.slice(0, cut), entity.slice(cut + 1)];
    const today = Math.floor(at / day);
    return {
      id: findingId(riskRule, entity, String(today)),
      time: findings[0]?.time ?? at,
      received: at,
      type: "risk",
      rule: riskRule,
      title: riskListedRule.title,
      level: levelOf(risk, settings.threshold),
      silent: 0,
      muted: suppressed(riskRule, entity) ? "suppressed" : "",
      source: "meridian",
      kind: "",
      site: "",
      host: type === "host" ? value : "",
      user: type === "user" ? value : "",
      entity,
      tags: tactics,
      events: findings
        .map(({ event }) => event)
        .filter((uid) => uid !== "")
        .toReversed(),
      matched: JSON.stringify({
        type: "risk",
        risk,
        threshold: settings.threshold,
        factor,
        tactics,
        rules: rules.slice(0, 10),
        findings: findings.map(({ id }) => id),
      }),
      fields: "{}",
      raw: "",
    };
  }

  return {
    get settings() {
      return settings;
    },
    async refresh() {
      settings = await readRiskSettings(read);
      factors = new Map((await weightRows(read)).map(({ entity, factor }) => [entity, factor]));
    },
    observe(findings) {
      for (const entity of live.observe(findings, clock.now())) suspects.add(entity);
    },
    async rebuild() {
      for await (const rows of lake.since(clock.now() - day)) this.observe(rows);
    },
    async check(signal) {
      const at = clock.now();
      const today = Math.floor(at / day);
      if (raised.day !== today) raised = { day: today, entities: new Set() };
      const asked = [...suspects].slice(0, checkedAtOnce);
      const drafts: FindingDraft[] = [];
      for (const entity of asked) {
        if (raised.entities.has(entity)) continue;
        const risk = await riskAt("24h", entity, at, signal);
        if (risk.risk >= settings.threshold) drafts.push(await draftOf(risk, at));
      }
      if (drafts.length > 0) await raise(drafts);
      // Only now: what failed on the way is asked about again.
      for (const { entity } of drafts) raised.entities.add(entity);
      for (const entity of asked) suspects.delete(entity);
    },
    async top(window, { type, limit }, signal) {
      const rows = await lake.entities(question(window, clock.now()), { factors, perTactic, type, limit }, signal);
      return rows.map((row) => ({ ...row, risk: scoreOf(row.points), factor: factorOf(row.entity) }));
    },
    of: (window, entity, signal) => riskAt(window, entity, clock.now(), signal),
    contributions: (window, entity, limit, signal) =>
      lake.contributions(question(window, clock.now()), entity, limit, signal),
  };
}

/** Half of the way from the threshold to 100 is critical. */
function levelOf(risk: number, threshold: number): Level {
  return risk >= (threshold + 100) / 2 ? "critical" : "high";
}
