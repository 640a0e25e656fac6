import type { FindingRow } from "#lake";
import {
  halfLifeOf,
  joinWeights,
  riskEntities,
  riskOf,
  type RiskSettings,
  ruleRisk,
  type RuleWeight,
  tacticsOf,
} from "../core/risk-score.ts";
import { confidenceOf } from "./confidence-of.ts";

/**
 * Who may have crossed the threshold, told from findings as they are made. It only says whom to ask the lake about: it
 * forgets the least risky when it is full, and has no edge of the window, so what it says is never less than the truth
 * of those it holds.
 */
export interface LiveRisk {
  /** Adds findings; gives the entities whose risk is at the threshold or past it now. */
  observe(findings: readonly FindingRow[], at: number): readonly string[];
  readonly size: number;
}

interface Held {
  readonly rules: Map<string, RuleWeight>;
  readonly tactics: Set<string>;
}

export interface LiveRiskOptions {
  readonly settings: () => RiskSettings;
  readonly factorOf: (entity: string) => number;
  /** Entities that are held. */
  readonly most?: number;
}

/** Rules of one entity; those past it share a place. */
const mostRules = 200;
const halfLife = halfLifeOf("24h");

export function createLiveRisk({ settings, factorOf, most = 50_000 }: LiveRiskOptions): LiveRisk {
  const all = new Map<string, Held>();
  /** Weights are kept as of this moment, so that all of them decay at once; moved on before numbers grow too large. */
  let base = 0;

  function riskAt(entity: string, { rules, tactics }: Held, at: number): number {
    const decayed = 2 ** ((base - at) / halfLife);
    const parts = [...rules.values()].map((weight) => ruleRisk(weight) * decayed);
    return riskOf(parts, tactics.size, factorOf(entity));
  }

  function moveBase(to: number): void {
    const by = 2 ** ((base - to) / halfLife);
    for (const [entity, { rules }] of all) {
      for (const [rule, { sum, most: largest }] of rules) {
        if (sum * by < 1e-3) rules.delete(rule);
        else rules.set(rule, { sum: sum * by, most: largest * by });
      }
      if (rules.size === 0) all.delete(entity);
    }
    base = to;
  }

  /** Lets the half with the least risk go, so that it is not sorted for every new one. */
  function shrink(at: number): void {
    const ranked = [...all].map(([entity, held]) => [entity, riskAt(entity, held, at)] as const);
    ranked.sort((a, b) => a[1] - b[1]);
    for (const [entity] of ranked.slice(0, Math.ceil(ranked.length / 2))) all.delete(entity);
  }

  return {
    get size() {
      return all.size;
    },
    observe(findings, at) {
      if (Math.abs(at - base) > 20 * halfLife || at - base > halfLife) moveBase(at);
      const touched = new Set<string>();
      const { points, threshold } = settings();
      for (const finding of findings) {
        if (!counts(finding)) continue;
        const confidence = confidenceOf(finding);
        const own = (points as Readonly<Record<string, number>>)[finding.level] ?? 0;
        const age = at - finding.time;
        if (own * confidence <= 0 || age > halfLife * 3) continue;
        const weight = own * confidence * 2 ** ((finding.time - base) / halfLife);
        for (const entity of riskEntities(finding)) {
          let held = all.get(entity);
          if (!held) all.set(entity, (held = { rules: new Map(), tactics: new Set() }));
          const rule = held.rules.has(finding.rule) || held.rules.size < mostRules ? finding.rule : "";
          held.rules.set(rule, joinWeights(held.rules.get(rule) ?? { sum: 0, most: 0 }, { sum: weight, most: weight }));
          for (const tactic of tacticsOf(finding.tags)) held.tactics.add(tactic);
          touched.add(entity);
        }
        if (all.size > most) shrink(at);
      }
      return [...touched].filter((entity) => {
        const held = all.get(entity);
        return held !== undefined && riskAt(entity, held, at) >= threshold;
      });
    },
  };
}

function counts({ type, silent, muted }: FindingRow): boolean {
  return silent === 0 && muted === "" && (type === "detection" || type === "correlation");
}
