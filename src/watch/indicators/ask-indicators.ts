import type { SpelledRow } from "#lake";
import type { SigmaEvent } from "#sigma";
import { spell } from "../spine/entity-of.ts";
import type { ExceptionBook } from "../spine/exception-book.ts";
import { findingId } from "../spine/finding-id.ts";
import type { FoundMatch } from "../spine/lane-protocol.ts";
import { type IndicatorHit, type IndicatorIndex, openIndex, type SharedIndicators } from "./indicator-index.ts";

/** What a lane asks of every event beside its rules: whether it holds an indicator of a list. */
export interface IndicatorAsker {
  /** Takes these lists into use, unless they are those of before. */
  use(shared: SharedIndicators | undefined): void;
  /** One match for each list that the event holds indicators of. */
  ask(spelled: SpelledRow, event: SigmaEvent, source: string, at: number): readonly ListMatch[];
}

export type ListMatch = Omit<FoundMatch, "row" | "raw"> & Required<Pick<FoundMatch, "builtIn">>;

const none: readonly ListMatch[] = [];

export function createIndicatorAsker(exceptions: ExceptionBook): IndicatorAsker {
  let version: number | undefined;
  let index: IndicatorIndex | undefined;
  return {
    use(shared) {
      if (shared?.version === version) return;
      version = shared?.version;
      index = shared && openIndex(shared);
    },
    ask(spelled, event, source, at) {
      if (!index) return none;
      const hits = index.match(spelled.hot, at);
      if (hits.length === 0) return none;
      return [...Map.groupBy(hits, ({ list }) => list)].map(([list, of]) => {
        const rule = index!.rules[list]!;
        return {
          rule: -1,
          builtIn: rule,
          id: findingId(rule.id, spelled.uid),
          uid: spelled.uid,
          time: spelled.time,
          kind: event.kind.key,
          host: spelled.host,
          user: spelled.user,
          entity: entityOf(spelled, source),
          matched: JSON.stringify(of.slice(0, mostTold).map((hit) => matchedOf(rule.id, hit))),
          fields: "{}",
          excepted: exceptions.holding(rule.id, event),
        };
      });
    },
  };
}

/** Indicators of one list in one event that its finding names. */
const mostTold = 50;

/** As values that made a rule hold, with what the list says of them. */
export function matchedOf(rule: string, { field, value, type, indicator, detail }: IndicatorHit) {
  const { confidence, labels, reference } = JSON.parse(detail) as {
    readonly confidence?: number;
    readonly labels: readonly string[];
    readonly reference: string;
  };
  return {
    selection: "indicator",
    key: field,
    field,
    value,
    pattern: indicator,
    type,
    list: rule.slice(rule.indexOf("/") + 1),
    ...(confidence !== undefined && { confidence }),
    labels,
    reference,
  };
}

function entityOf({ host, user, hot }: SpelledRow, source: string): string {
  if (host !== "") return spell("host", host);
  if (user !== "") return spell("user", user);
  return hot.src_ip === "" ? spell("source", source) : spell("src_ip", hot.src_ip);
}
