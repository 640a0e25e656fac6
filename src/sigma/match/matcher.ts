import type { EventKind, SigmaEvent } from "../event.ts";
import type { DetectionRule } from "../rule.ts";
import { adaptRule } from "./adapt-rule.ts";
import { evaluate } from "./evaluate.ts";
import { routes } from "./routes.ts";

export interface MatcherOptions {
  /** false: ask every routed rule of every event. For comparing; the answers are the same. */
  readonly index?: boolean;
  /** false: ask rules of events whatever their log source. */
  readonly routing?: boolean;
}

/** Rules made ready for a stream of events. Not to be shared between threads; holds no event after `match` returns. */
export interface Matcher {
  readonly rules: readonly DetectionRule[];
  /** The rules that the event matches, in the order of `rules`; one shared array when there are none. */
  match(event: SigmaEvent): readonly DetectionRule[];
  /** Does at once what the first event of this kind would otherwise have to wait for. */
  prepare(kind: EventKind): void;
}

const none: readonly DetectionRule[] = [];

export function compileMatcher(rules: readonly DetectionRule[], options: MatcherOptions = {}): Matcher {
  const routing = options.routing ?? true;
  const kinds = new Map<EventKind, { rule: DetectionRule; adapted: DetectionRule }[]>();

  const rulesFor = (kind: EventKind) => {
    let found = kinds.get(kind);
    if (found === undefined) {
      found = [];
      for (const rule of rules) {
        if (routing && !routes(rule.logsource, kind.logsource)) continue;
        const adapted = adaptRule(rule, kind);
        if (!("refused" in adapted)) found.push({ rule, adapted });
      }
      kinds.set(kind, found);
    }
    return found;
  };

  return {
    rules,
    match(event) {
      const matched = rulesFor(event.kind).filter(({ adapted }) => evaluate(adapted.plan, event));
      return matched.length === 0 ? none : matched.map(({ rule }) => rule);
    },
    prepare: rulesFor,
  };
}
