import { enterpriseTactics, type Level, levels } from "#sigma";

/** What one finding adds to an entity. */
export interface RiskPiece {
  readonly rule: string;
  readonly level: string;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly tags: readonly string[];
  /** 0 to 1: how sure the rule is of it. */
  readonly confidence: number;
}

export interface RiskSettings {
  /** Points of a finding by its level. */
  readonly points: Readonly<Record<Level, number>>;
  /** Risk from which on an entity raises an alert, 0 to 100. */
  readonly threshold: number;
}

export const defaultRiskSettings: RiskSettings = {
  points: { informational: 0.5, low: 3, medium: 10, high: 25, critical: 50 },
  threshold: 60,
};

/** Milliseconds that count, by name; a finding weighs half as much after a third of them. */
export const riskWindows = { "24h": 86_400_000, "7d": 604_800_000 } as const;
export type RiskWindow = keyof typeof riskWindows;
export const halfLifeOf = (window: RiskWindow): number => riskWindows[window] / 3;

/** Sum and largest of the weights of one rule's findings: all that its part of the risk needs. */
export interface RuleWeight {
  readonly sum: number;
  readonly most: number;
}

/** Each further tactic of ATT&CK adds a quarter: an intrusion that moves on is worse than one noisy rule. */
export const perTactic = 0.25;
/** Points at which the risk is 63 of 100. */
const scale = 100;

/** What a finding weighs at a time: its points, halved with every half-life. Nothing outside of the window. */
export function weightOf(
  { level, time, confidence }: Pick<RiskPiece, "level" | "time" | "confidence">,
  settings: RiskSettings,
  window: RiskWindow,
  at: number,
): number {
  const age = at - time;
  if (age < 0 || age >= riskWindows[window]) return 0;
  const points = (levels as readonly string[]).includes(level) ? settings.points[level as Level] : 0;
  return points * confidence * 2 ** (-age / halfLifeOf(window));
}

/**
 * The largest weight, and of the others no more than a logarithm: the thousandth finding of a rule says little that the
 * first did not. Grows with every finding, whatever its weight, and does not ask for their order.
 */
export function ruleRisk({ sum, most }: RuleWeight): number {
  return most > 0 ? most * (1 + Math.log(Math.max(sum / most, 1))) : 0;
}

export function joinWeights(a: RuleWeight, b: RuleWeight): RuleWeight {
  return { sum: a.sum + b.sum, most: Math.max(a.most, b.most) };
}

/** Rules' parts, how many tactics they belong to, and how critical the entity is, as one number from 0 to less than 100. */
export function riskOf(parts: readonly number[], tactics: number, factor: number): number {
  const points = parts.reduce((sum, part) => sum + part, 0) * (1 + perTactic * Math.max(tactics - 1, 0)) * factor;
  return scoreOf(points);
}

/** To six decimals: stores that add in another order then say the same. */
export function scoreOf(points: number): number {
  return Math.min(Math.round(100 * (1 - Math.exp(-Math.max(points, 0) / scale)) * 1e6) / 1e6, 99.999999);
}

/** Of findings of one entity. */
export function riskOfPieces(
  pieces: readonly RiskPiece[],
  { settings, window, at, factor }: { settings: RiskSettings; window: RiskWindow; at: number; factor: number },
): number {
  const byRule = new Map<string, RuleWeight>();
  const tactics = new Set<string>();
  for (const piece of pieces) {
    const weight = weightOf(piece, settings, window, at);
    if (weight <= 0) continue;
    byRule.set(piece.rule, joinWeights(byRule.get(piece.rule) ?? { sum: 0, most: 0 }, { sum: weight, most: weight }));
    for (const tactic of tacticsOf(piece.tags)) tactics.add(tactic);
  }
  // Added up in one order, or rounding would tell one order of findings from another.
  const parts = [...byRule.values()].map(ruleRisk).sort((a, b) => a - b);
  return riskOf(parts, tactics.size, factor);
}

const known = new Set(enterpriseTactics.map((tactic) => `attack.${tactic}`));

/** As tags spell them, `attack.command-and-control`; underscores are taken for hyphens. */
export function tacticsOf(tags: readonly string[]): string[] {
  return tags.map((tag) => tag.toLowerCase().replaceAll("_", "-")).filter((tag) => known.has(tag));
}

/** Whom a finding adds risk to: its host, its user, and what its alert is grouped by where that is one thing. */
export function riskEntities({ host, user, entity }: { host: string; user: string; entity: string }): string[] {
  const all = new Set<string>();
  if (host !== "") all.add(`host:${host}`);
  if (user !== "") all.add(`user:${user}`);
  const [, type, value] = /^([A-Za-z][\w.-]{0,60}):([^\s].*)$/.exec(entity) ?? [];
  if (type !== undefined && type !== "source" && !/\s[A-Za-z][\w.-]*:/.test(value!))
    all.add(`${type.toLowerCase()}:${value}`);
  return [...all];
}
