import type { Finding, TalliedRule } from "#detect";
import { levelsBySeverity } from "./report.ts";

/** Findings of one rule (and one host, where that was asked for), with some of them as examples. */
export interface KeptGroup {
  readonly rule: TalliedRule;
  readonly count: number;
  /** Epoch ms; NaN when none tells a time. */
  readonly first: number;
  readonly last: number;
  /** The first few, in the order in which they were found; long values are cut. */
  readonly examples: readonly Finding[];
}

export interface FindingsKeeper {
  add(json: string, rule: TalliedRule, time: number, host: string | null): void;
  /** Most severe first, then as they were found. */
  readonly groups: readonly KeptGroup[];
}

export interface KeeperOptions {
  readonly by: "rule" | "rule and host";
  /** Groups kept for each severity; findings of further ones are left to the totals. */
  readonly groups: number;
  readonly examples: number;
}

/** Longest value shown to people, in characters; the finding's place leads to the whole. */
const valueShown = 1_000;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Keeps what a report for people shows, in memory bounded by its options whatever a log holds. */
export function createFindingsKeeper({ by, groups: most, examples }: KeeperOptions): FindingsKeeper {
  const byLevel = new Map(levelsBySeverity.map((level) => [level, new Map<string, Mutable<KeptGroup>>()]));
  return {
    add(json, rule, time, host) {
      const groups = byLevel.get(rule.level)!;
      const key = by === "rule" ? rule.id : JSON.stringify([rule.id, host]);
      let group = groups.get(key);
      if (!group) {
        if (groups.size >= most) return;
        groups.set(key, (group = { rule, count: 0, first: Number.NaN, last: Number.NaN, examples: [] }));
      }
      group.count++;
      if (!(time >= group.first)) group.first = Number.isNaN(time) ? group.first : time;
      if (!(time <= group.last)) group.last = Number.isNaN(time) ? group.last : time;
      if (group.examples.length < examples) group.examples = [...group.examples, shortened(json)];
    },
    get groups() {
      return [...byLevel.values()].flatMap((groups) => [...groups.values()]);
    },
  };
}

function shortened(json: string): Finding {
  return JSON.parse(json, (_, value: unknown) =>
    typeof value === "string" && value.length > valueShown ? `${value.slice(0, valueShown)}…` : value,
  ) as Finding;
}
