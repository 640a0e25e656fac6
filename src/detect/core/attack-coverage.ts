import { enterpriseTactics, type Level, levels } from "#sigma";
import { techniqueOf } from "./tally.ts";

/** A rule as coverage sees it. */
export interface CoveringRule {
  readonly id: string;
  readonly title: string;
  readonly level: Level;
  readonly tags: readonly string[];
}

export interface TechniqueCoverage {
  /** `T1059` or `T1059.001`. */
  readonly technique: string;
  readonly name?: string;
  readonly rules: readonly CoveringRule[];
}

export interface TacticCoverage {
  /** As tags spell it: `credential-access`. */
  readonly tactic: string;
  /** Techniques in the order of their ids, sub-techniques after their technique. */
  readonly techniques: readonly TechniqueCoverage[];
}

export interface AttackCoverage {
  readonly tactics: readonly TacticCoverage[];
  /** Rules with at least one technique, and all rules. */
  readonly rulesWithTechnique: number;
  readonly rules: number;
  /** Distinct techniques and sub-techniques with at least one rule. */
  readonly covered: number;
  /** Distinct techniques of the catalogue; absent when there is none and gaps can't be known. */
  readonly known?: number;
}

/** What ATT&CK itself says, when its data are at hand. */
export interface AttackCatalogue {
  readonly techniques: readonly { readonly id: string; readonly name: string; readonly tactics: readonly string[] }[];
  /** In the order of the matrix. */
  readonly tactics: readonly string[];
}

/** Tags that stand in the `attack` namespace and name neither a technique nor a tactic: groups, software, campaigns. */
const notTactic = /^(t|g|s|c|ds|m)\d{4}/i;

/**
 * Which techniques have rules, by tactic. A catalogue tells every technique, so that gaps show; without one, a technique
 * stands under the tactics that its rules' tags agree on.
 */
export function attackCoverage(rules: readonly CoveringRule[], catalogue?: AttackCatalogue): AttackCoverage {
  const byTechnique = new Map<string, CoveringRule[]>();
  for (const rule of rules) {
    for (const technique of new Set(rule.tags.flatMap((tag) => techniqueOf(tag) ?? []))) {
      byTechnique.set(technique, [...(byTechnique.get(technique) ?? []), rule]);
    }
  }
  const named = new Map(catalogue?.techniques.map((one) => [one.id, one]));
  const all = new Set([...named.keys(), ...byTechnique.keys()]);
  const tactics = new Map<string, TechniqueCoverage[]>();
  for (const technique of [...all].sort()) {
    const held = byTechnique.get(technique) ?? [];
    const known = named.get(technique);
    const coverage: TechniqueCoverage = { technique, ...(known && { name: known.name }), rules: bySeverity(held) };
    for (const tactic of known?.tactics ?? agreedTactics(held)) {
      tactics.set(tactic, [...(tactics.get(tactic) ?? []), coverage]);
    }
  }
  const order = catalogue?.tactics ?? enterpriseTactics;
  // A tactic that the order doesn't name comes last.
  const place = (tactic: string) => (order.includes(tactic) ? order.indexOf(tactic) : order.length);
  return {
    tactics: [...tactics]
      .map(([tactic, techniques]) => ({ tactic, techniques }))
      .sort((a, b) => place(a.tactic) - place(b.tactic) || (a.tactic < b.tactic ? -1 : 1)),
    rules: rules.length,
    rulesWithTechnique: rules.filter((rule) => rule.tags.some((tag) => techniqueOf(tag))).length,
    covered: byTechnique.size,
    ...(catalogue && { known: named.size }),
  };
}

/** The tactics in most of a technique's rules: one rule names the tactics of all its techniques in one list. */
function agreedTactics(rules: readonly CoveringRule[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const rule of rules) {
    for (const tactic of tacticsOf(rule)) counts.set(tactic, (counts.get(tactic) ?? 0) + 1);
  }
  const most = Math.max(0, ...counts.values());
  return most === 0 ? ["no tactic named"] : [...counts].filter(([, count]) => count === most).map(([tactic]) => tactic);
}

function tacticsOf({ tags }: CoveringRule): string[] {
  return tags.flatMap((tag) => {
    const found = /^attack\.([a-z][a-z_-]+)$/i.exec(tag);
    return found && !notTactic.test(found[1]!) ? [found[1]!.toLowerCase().replaceAll("_", "-")] : [];
  });
}

function bySeverity(rules: readonly CoveringRule[]): CoveringRule[] {
  return rules.toSorted((a, b) => levels.indexOf(b.level) - levels.indexOf(a.level) || (a.title < b.title ? -1 : 1));
}
