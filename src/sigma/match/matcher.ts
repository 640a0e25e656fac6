import type { EventKind, RulePipeline, SigmaEvent } from "../event.ts";
import type { Expr } from "../plan.ts";
import type { DetectionRule } from "../rule.ts";
import { adaptRule } from "./adapt-rule.ts";
import { fieldsOf } from "./fields-of.ts";
import { routes } from "./routes.ts";
import { type PlanSet, planSet } from "./plan-set.ts";
import type { RuleIndexStats } from "./rule-index.ts";

export interface MatcherOptions {
  /** false: ask every routed rule of every event. For comparing; the answers are the same. */
  readonly index?: boolean;
  /** false: ask rules of events whatever their log source. */
  readonly routing?: boolean;
}

/** Rules made ready for a stream of events. Holds no event once `match` has returned. */
export interface Matcher {
  readonly rules: readonly DetectionRule[];
  /** The rules that the event matches, in the order of `rules`; one shared array when there are none. */
  match(event: SigmaEvent): readonly DetectionRule[];
  /** Does at once what the first event of this kind would otherwise have to wait for. */
  prepare(kind: EventKind): void;
  /** Of the indexes made so far. */
  readonly stats: MatcherStats;
}

export interface MatcherStats {
  readonly rules: number;
  readonly kinds: number;
  /** Kinds whose rules and fields are the same share one. */
  readonly indexes: number;
  /** Over all indexes: plans in them, and those of them that are asked of every event. */
  readonly plans: number;
  readonly plansWithoutWitness: number;
  readonly needles: number;
  /** About how many bytes the indexes' tables take. */
  readonly bytes: number;
}

const none: readonly DetectionRule[] = [];

export function compileMatcher(rules: readonly DetectionRule[], options: MatcherOptions = {}): Matcher {
  const { index: useIndex = true, routing = true } = options;
  const routed = new Map<EventKind, RoutedIndex>();
  const shared = new Map<string, RoutedIndex>();
  const adapt = adapter();
  let matched: number[] = [];
  const keep = (plan: number): void => void matched.push(plan);

  function indexFor(kind: EventKind): RoutedIndex {
    let found = routed.get(kind);
    if (found === undefined) {
      const usable: number[] = [];
      const plans: Expr[] = [];
      rules.forEach((rule, number) => {
        if (routing && !routes(rule.logsource, kind.logsource)) return;
        const plan = adapt(rule, kind);
        if (plan === undefined) return;
        usable.push(number);
        plans.push(plan);
      });
      const pathsOf = (field: string) => kind.layout.paths(field);
      const key = JSON.stringify([
        usable,
        adapt.pipelinesKey(kind),
        fieldsOf(plans).map((field) => [field, pathsOf(field)]),
      ]);
      found = shared.get(key) ?? { rules: usable, plans: planSet(plans, pathsOf, useIndex) };
      shared.set(key, found);
      routed.set(kind, found);
    }
    return found;
  }

  return {
    rules,
    prepare: indexFor,
    match({ kind, body, raw }) {
      const { rules: usable, plans } = indexFor(kind);
      matched = matched.length === 0 ? matched : [];
      plans.match(body, raw, keep);
      if (matched.length === 0) return none;
      const found = matched.toSorted((a, b) => a - b).map((plan) => rules[usable[plan]!]!);
      matched = [];
      return found;
    },
    get stats() {
      const all = [...shared.values()].flatMap(({ plans }) => plans.stats());
      const sum = (of: (stats: RuleIndexStats) => number): number => all.reduce((total, stats) => total + of(stats), 0);
      return {
        rules: rules.length,
        kinds: routed.size,
        indexes: all.length,
        plans: sum((stats) => stats.rules),
        plansWithoutWitness: sum((stats) => stats.withoutWitness),
        needles: sum((stats) => stats.needles),
        bytes: sum((stats) => stats.bytes),
      };
    },
  };
}

interface RoutedIndex {
  /** By plan: its rule's place among the matcher's rules. */
  readonly rules: readonly number[];
  readonly plans: PlanSet;
}

/** Applies pipelines once for all kinds that have the same ones. */
function adapter() {
  const numbers = new Map<RulePipeline, number>();
  const adapted = new Map<string, Map<DetectionRule, Expr | undefined>>();
  const pipelinesKey = (kind: EventKind): string =>
    kind.pipelines
      .map((pipeline) => numbers.get(pipeline) ?? (numbers.set(pipeline, numbers.size), numbers.size - 1))
      .join();

  /** The plan to ask of this kind of event; undefined when a pipeline refuses the rule. */
  function adapt(rule: DetectionRule, kind: EventKind): Expr | undefined {
    if (kind.pipelines.length === 0) return rule.plan;
    const key = pipelinesKey(kind);
    let plans = adapted.get(key);
    if (plans === undefined) adapted.set(key, (plans = new Map()));
    if (!plans.has(rule)) {
      const result = adaptRule(rule, kind);
      plans.set(rule, "refused" in result ? undefined : result.plan);
    }
    return plans.get(rule);
  }
  return Object.assign(adapt, { pipelinesKey });
}
