import { sep } from "node:path";
import { chosenRules, defaultLevel, findRuleFiles, loadRules } from "#detect";
import { always, type CorrelationRule, type DetectionRule, levels, type RuleSet } from "#sigma";
import { alertSettingsOf } from "../core/alert-settings.ts";
import type { ListedRule, LoadedSets, LoadSet, LoadTask } from "./load-protocol.ts";

/** Reads rule sets as one, so that correlations and filters reach across them, and chooses the rules that are on. */
export async function loadSets({ sets, off, cache, placeholders }: LoadTask): Promise<LoadedSets> {
  const paths = sets.map(({ path }) => path);
  const named = namedPlaceholders(paths);
  // What no rule names must not make all of them be read anew.
  const used = named.filter((name) => Object.hasOwn(placeholders, name));
  const { ruleSet, problems } = await loadRules(paths, {
    cache,
    ...(used.length > 0 && { placeholders: Object.fromEntries(used.map((name) => [name, placeholders[name]!])) }),
  });
  const switchedOff = new Set(off);
  const stateOf = (rule: DetectionRule | CorrelationRule): "on" | "off" | "below" => {
    if (switchedOff.has(rule.id)) return "off";
    const least = setOf(rule.source.file, sets)?.level ?? "informational";
    return levels.indexOf(rule.level ?? defaultLevel) < levels.indexOf(least) ? "below" : "on";
  };
  const chosen = chosenRules(ruleSet, (rule) => stateOf(rule) === "on");
  const inUse = new Set([...chosen.detections, ...chosen.correlations].map(({ id }) => id));
  const silent = new Set(chosen.silent);
  const rules = [...ruleSet.detections, ...ruleSet.correlations].map((rule): ListedRule => {
    const wanted = stateOf(rule);
    const state = inUse.has(rule.id) && silent.has(rule.id) ? "serving" : wanted;
    return listed(rule, setOf(rule.source.file, sets)?.id ?? "", state);
  });
  const lean: RuleSet = { ...chosen, setAside: [], findings: [] };
  return {
    json: sharedJson(lean),
    correlating: { ...lean, detections: lean.detections.map((rule) => ({ ...rule, plan: always })) },
    rules: [...rules, ...broken(ruleSet, sets)],
    problems: Object.fromEntries(
      problems.flatMap(({ path, message }) => {
        const set = setOf(path, sets);
        return set ? [[set.id, message]] : [];
      }),
    ),
    placeholders: named,
  };
}

/** Every `%name%` that stands in a file that speaks of `expand`. */
function namedPlaceholders(paths: readonly string[]): string[] {
  const names = new Set<string>();
  for (const { text } of findRuleFiles(paths).files)
    if (text.includes("expand")) for (const [, name] of text.matchAll(/%([\p{L}\p{N}_.-]+)%/gu)) names.add(name!);
  return [...names].sort();
}

function listed(rule: DetectionRule | CorrelationRule, set: string, state: ListedRule["state"]): ListedRule {
  return {
    id: rule.id,
    set,
    title: rule.title,
    type: rule.kind,
    level: rule.level ?? defaultLevel,
    status: rule.status ?? "",
    tags: rule.tags,
    author: rule.author ?? "",
    description: rule.description ?? "",
    logsource: rule.kind === "detection" ? logsourceOf(rule) : "",
    file: rule.source.file,
    line: rule.source.line,
    state,
    why: "",
    window: alertSettingsOf(rule).window,
    falsepositives: rule.falsepositives,
    references: rule.references,
  };
}

function logsourceOf({ logsource: { product, category, service } }: DetectionRule): string {
  return [product, category, service].map((word) => word ?? "*").join("/");
}

function broken({ setAside }: RuleSet, sets: readonly LoadSet[]): ListedRule[] {
  return setAside.map(({ id, title, file, reason }) => ({
    id,
    set: setOf(file, sets)?.id ?? "",
    title,
    type: "detection",
    level: defaultLevel,
    status: "",
    tags: [],
    author: "",
    description: "",
    logsource: "",
    file,
    line: reason.line,
    state: "broken",
    why: reason.message,
    window: 0,
    falsepositives: [],
    references: [],
  }));
}

/** The set whose folder a file lies in; of folders in folders the innermost. */
function setOf(file: string, sets: readonly LoadSet[]): LoadSet | undefined {
  return sets
    .filter(({ path }) => file === path || file.startsWith(path.endsWith(sep) ? path : path + sep))
    .sort((a, b) => b.path.length - a.path.length)[0];
}

function sharedJson(value: unknown): SharedArrayBuffer {
  const bytes = Buffer.from(JSON.stringify(value));
  const shared = new SharedArrayBuffer(bytes.length);
  bytes.copy(new Uint8Array(shared));
  return shared;
}
