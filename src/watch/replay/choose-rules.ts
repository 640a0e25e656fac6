import { defaultLevel } from "#detect";
import { always, type CorrelationRule, type DetectionRule, readRules, type RuleSet } from "#sigma";
import { alertSettingsOf } from "../core/alert-settings.ts";
import type { RuleFacts } from "../rules/generation.ts";
import type { ReplayRules } from "./replay-protocol.ts";

export interface ChosenRules {
  readonly ruleSet: RuleSet;
  readonly subjects: readonly RuleFacts[];
}

type Rule = DetectionRule | CorrelationRule;

/** The rules that a replay asks; `why` where there is none of what was wanted. */
export function chooseRules(wanted: ReplayRules): ChosenRules | { readonly why: string } {
  if (wanted.from === "set") {
    const all = JSON.parse(Buffer.from(wanted.ruleSet).toString("utf8")) as RuleSet;
    const { pick } = wanted;
    const subjects = [...all.detections, ...all.correlations].filter(({ id }) => !pick || pick.includes(id));
    return pick && subjects.length === 0 ? { why: "no rule that is on has this id" } : chosen(all, subjects);
  }
  const [first] = wanted.files;
  const all = readRules(wanted.files);
  const silent = new Set(all.silent);
  const own = [...all.detections, ...all.correlations].filter(({ source, id }) =>
    wanted.pick === undefined ? source.file === first?.file : id === wanted.pick,
  );
  const broken = all.setAside.find(({ file }) => file === first?.file);
  if (broken) return { why: `line ${broken.reason.line}: ${broken.reason.message}` };
  // What only serves a correlation of the same text is not what is asked about.
  const speaking = own.filter(({ id }) => !silent.has(id));
  const subjects = speaking.length > 0 ? speaking : own;
  return subjects.length === 0 ? { why: "the text holds no rule" } : chosen(all, subjects);
}

/** The subjects and all that they rest on. */
function chosen(all: RuleSet, subjects: readonly Rule[]): ChosenRules {
  const byName = new Map<string, Rule[]>();
  for (const rule of [...all.detections, ...all.correlations])
    for (const name of new Set([rule.id, rule.name ?? rule.id])) byName.set(name, [...(byName.get(name) ?? []), rule]);
  const needed = new Set<Rule>();
  const need = (rule: Rule): void => {
    if (needed.has(rule)) return;
    needed.add(rule);
    if (rule.kind === "correlation") for (const name of rule.rules) byName.get(name)?.forEach(need);
  };
  subjects.forEach(need);
  const ruleSet: RuleSet = {
    detections: all.detections.filter((rule) => needed.has(rule)),
    correlations: all.correlations.filter((rule) => needed.has(rule)),
    setAside: [],
    findings: [],
    silent: all.silent,
  };
  return { ruleSet, subjects: subjects.map((rule) => factsOf(rule, all.silent)) };
}

export function factsOf(rule: Rule, silent: readonly string[]): RuleFacts {
  return {
    id: rule.id,
    title: rule.title,
    type: rule.kind,
    level: rule.level ?? defaultLevel,
    tags: rule.tags,
    silent: silent.includes(rule.id),
    window: alertSettingsOf(rule).window,
    file: rule.source.file,
    set: "",
  };
}

/** As a correlator wants it: plans are large, and it never asks them. */
export function withoutPlans(ruleSet: RuleSet): RuleSet {
  return { ...ruleSet, detections: ruleSet.detections.map((rule) => ({ ...rule, plan: always })) };
}
