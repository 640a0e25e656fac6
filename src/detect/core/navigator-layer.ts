import type { AttackCoverage } from "./attack-coverage.ts";

/** A layer for the ATT&CK Navigator (layer format 4.5): a technique's score is its number of rules. */
export function navigatorLayer(coverage: AttackCoverage, name: string): object {
  const techniques = new Map(
    coverage.tactics.flatMap(({ techniques }) => techniques.map((one) => [one.technique, one] as const)),
  );
  const scores = [...techniques.values()].map(({ rules }) => rules.length);
  return {
    name,
    versions: { layer: "4.5", navigator: "5.1.0" },
    domain: "enterprise-attack",
    description: `${coverage.covered} techniques have rules; the score is their number.`,
    sorting: 3,
    hideDisabled: false,
    gradient: { colors: ["#ffffff", "#2368c9"], minValue: 0, maxValue: Math.max(1, ...scores) },
    techniques: [...techniques.values()]
      .filter(({ rules }) => rules.length > 0)
      .map(({ technique, rules }) => ({
        techniqueID: technique,
        score: rules.length,
        comment: rules
          .slice(0, 20)
          .map((rule) => `${rule.level}: ${rule.title}`)
          .join("\n"),
        enabled: true,
        showSubtechniques: technique.includes("."),
      })),
  };
}
