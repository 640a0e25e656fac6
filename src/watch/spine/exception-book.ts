import { compileMatcher, type DetectionRule, type Matcher, type SigmaEvent } from "#sigma";
import type { SharedExceptions } from "./lane-protocol.ts";

/** An exception as a lane holds it: its condition is a rule like any other, so it means what the same words mean in rules. */
export interface CompiledException {
  readonly id: string;
  /** Id of the rule that it is for; left out: for all. */
  readonly rule?: string;
  readonly condition: DetectionRule;
}

export interface ExceptionBook {
  /** Takes these exceptions into use, unless they are those of before. */
  use(inForce: SharedExceptions | undefined): void;
  /** Ids of the exceptions that hold for a finding of this rule. */
  holding(rule: string, event: SigmaEvent): readonly string[];
}

const none: readonly string[] = [];

export function createExceptionBook(): ExceptionBook {
  let version: number | undefined;
  let all: readonly CompiledException[] = [];
  /** Made when the first finding of a rule asks for it: most rules find nothing. */
  const matchers = new Map<string, Matcher | undefined>();
  const idOf = new Map<DetectionRule, string>();

  function matcherFor(rule: string): Matcher | undefined {
    if (matchers.has(rule)) return matchers.get(rule);
    const own = all.filter((one) => one.rule === undefined || one.rule === rule).map(({ condition }) => condition);
    const matcher = own.length === 0 ? undefined : compileMatcher(own, { index: false, routing: false });
    matchers.set(rule, matcher);
    return matcher;
  }

  return {
    use(inForce) {
      if (inForce?.version === version) return;
      version = inForce?.version;
      all = inForce ? (JSON.parse(Buffer.from(inForce.json).toString("utf8")) as CompiledException[]) : [];
      matchers.clear();
      idOf.clear();
      for (const { condition, id } of all) idOf.set(condition, id);
    },
    holding(rule, event) {
      if (all.length === 0) return none;
      const held = matcherFor(rule)?.match(event) ?? [];
      return held.length === 0 ? none : held.map((condition) => idOf.get(condition)!);
    },
  };
}
