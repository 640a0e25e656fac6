import { type CorrelationRule, type DetectionRule, levels, type Level, type RuleSet } from "#sigma";
import { defaultLevel } from "../contract.ts";

/** The rules of a level and above, with what their correlations are built on: below the level, it only serves them. */
export function ofLevel(ruleSet: RuleSet, level: Level): RuleSet {
  return chosenRules(ruleSet, (rule) => levels.indexOf(rule.level ?? defaultLevel) >= levels.indexOf(level));
}

/** The rules that somebody wants, with what their correlations are built on: unwanted, it only serves them. */
export function chosenRules(ruleSet: RuleSet, wanted: (rule: DetectionRule | CorrelationRule) => boolean): RuleSet {
  const kept = new Set(ruleSet.correlations.filter(wanted));
  const serves = ({ id, name }: { readonly id: string; readonly name?: string }) =>
    [...kept].some(({ rules }) => rules.includes(id) || (name !== undefined && rules.includes(name)));
  // A correlation may be built on others, those on others again: until nothing is added.
  for (let before = -1; kept.size > before;) {
    before = kept.size;
    for (const rule of ruleSet.correlations) if (serves(rule)) kept.add(rule);
  }
  const correlations = ruleSet.correlations.filter((rule) => kept.has(rule));
  const detections = ruleSet.detections.filter((rule) => wanted(rule) || serves(rule));
  const onlyServing = [...detections, ...correlations].filter((rule) => !wanted(rule)).map(({ id }) => id);
  return { ...ruleSet, detections, correlations, silent: [...new Set([...ruleSet.silent, ...onlyServing])] };
}
