import { levels, type Level } from "#sigma";

/** What a tally needs to know of a rule. */
export interface TalliedRule {
  readonly id: string;
  readonly title: string;
  readonly level: Level;
  readonly tags: readonly string[];
}

export interface Tally {
  readonly findings: number;
  readonly byLevel: Readonly<Record<Level, number>>;
  /** Most severe first, then most frequent. */
  readonly byRule: readonly { readonly rule: TalliedRule; readonly count: number; readonly hosts: number }[];
  readonly byHost: readonly { readonly host: string; readonly count: number; readonly worst: Level }[];
  /** ATT&CK technique id, as in `T1059.001`, most frequent first. */
  readonly byTechnique: readonly { readonly technique: string; readonly count: number; readonly rules: number }[];
  /** Findings whose host is not in `byHost` because there are too many hosts. */
  readonly otherHosts: number;
  /** Epoch ms of the first and last finding that tell a time. */
  readonly first?: number;
  readonly last?: number;
  /** Findings over time: equal steps, oldest first, holding every finding that tells a time. */
  readonly timeline: { readonly start: number; readonly step: number; readonly steps: readonly TimelineStep[] };
  readonly undated: number;
}

export type TimelineStep = Readonly<Record<Level, number>>;

export interface TallyKeeper {
  add(rule: TalliedRule, time: number, host: string | null): void;
  readonly findings: number;
  readonly tally: Tally;
}

/** Hosts counted one by one; a log may name as many as it likes. */
const hostsKept = 10_000;
/** Steps held while counting; when there are more, two become one. */
const stepsKept = 4_096;

/** Counts findings by level, rule, host, technique and time, in memory bounded by the rules and not by the findings. */
export function createTally(): TallyKeeper {
  const byLevel = zeroes();
  const rules = new Map<string, { rule: TalliedRule; count: number; hosts: Set<string> }>();
  const hosts = new Map<string, { count: number; worst: Level }>();
  const steps = new Map<number, Record<Level, number>>();
  let step = 1_000;
  let findings = 0;
  let otherHosts = 0;
  let undated = 0;
  let first = Infinity;
  let last = -Infinity;

  function addTime(time: number, level: Level): void {
    first = Math.min(first, time);
    last = Math.max(last, time);
    const at = Math.floor(time / step);
    let counts = steps.get(at);
    if (!counts) steps.set(at, (counts = zeroes()));
    counts[level]++;
    while (steps.size > stepsKept) coarsen();
  }

  function coarsen(): void {
    const finer = [...steps];
    steps.clear();
    step *= 2;
    for (const [at, counts] of finer) {
      const half = Math.floor(at / 2);
      const held = steps.get(half);
      if (held) for (const level of levels) held[level] += counts[level];
      else steps.set(half, counts);
    }
  }

  return {
    add(rule, time, host) {
      findings++;
      byLevel[rule.level]++;
      let entry = rules.get(rule.id);
      if (!entry) rules.set(rule.id, (entry = { rule, count: 0, hosts: new Set() }));
      entry.count++;
      if (host !== null) {
        const known = hosts.get(host);
        if (known) {
          known.count++;
          if (levels.indexOf(rule.level) > levels.indexOf(known.worst)) known.worst = rule.level;
        } else if (hosts.size < hostsKept) hosts.set(host, { count: 1, worst: rule.level });
        else otherHosts++;
        if (entry.hosts.size < hostsKept) entry.hosts.add(host);
      }
      if (Number.isNaN(time)) undated++;
      else addTime(time, rule.level);
    },
    get findings() {
      return findings;
    },
    get tally() {
      return {
        findings,
        byLevel: { ...byLevel },
        byRule: [...rules.values()]
          .map(({ rule, count, hosts }) => ({ rule, count, hosts: hosts.size }))
          .sort(
            (a, b) =>
              levels.indexOf(b.rule.level) - levels.indexOf(a.rule.level) ||
              b.count - a.count ||
              (a.rule.title < b.rule.title ? -1 : 1),
          ),
        byHost: [...hosts]
          .map(([host, entry]) => ({ host, ...entry }))
          .sort(
            (a, b) =>
              levels.indexOf(b.worst) - levels.indexOf(a.worst) || b.count - a.count || (a.host < b.host ? -1 : 1),
          ),
        byTechnique: countTechniques([...rules.values()]),
        otherHosts,
        ...(first <= last ? { first, last } : {}),
        timeline: timelineOf(steps, step),
        undated,
      };
    },
  };
}

/** `attack.t1059.001` → `T1059.001`; other tags give nothing. */
export function techniqueOf(tag: string): string | undefined {
  const found = /^attack\.(t\d{4}(?:\.\d{3})?)$/i.exec(tag);
  return found?.[1]?.toUpperCase();
}

function countTechniques(rules: readonly { rule: TalliedRule; count: number }[]): Tally["byTechnique"] {
  const techniques = new Map<string, { count: number; rules: number }>();
  for (const { rule, count } of rules) {
    for (const technique of new Set(rule.tags.flatMap((tag) => techniqueOf(tag) ?? []))) {
      const held = techniques.get(technique) ?? { count: 0, rules: 0 };
      techniques.set(technique, { count: held.count + count, rules: held.rules + 1 });
    }
  }
  return [...techniques]
    .map(([technique, entry]) => ({ technique, ...entry }))
    .sort((a, b) => b.count - a.count || (a.technique < b.technique ? -1 : 1));
}

function timelineOf(steps: ReadonlyMap<number, TimelineStep>, step: number): Tally["timeline"] {
  if (steps.size === 0) return { start: 0, step, steps: [] };
  const places = [...steps.keys()];
  let [low, high] = [places[0]!, places[0]!];
  for (const place of places) {
    low = Math.min(low, place);
    high = Math.max(high, place);
  }
  // Few steps may lie far apart: widen until the gaps between them are drawn in a bounded number of steps.
  let width = 1;
  while ((high - low) / width > stepsKept) width *= 2;
  const drawn: Record<Level, number>[] = Array.from({ length: Math.floor((high - low) / width) + 1 }, zeroes);
  for (const [place, counts] of steps) {
    const into = drawn[Math.floor((place - low) / width)]!;
    for (const level of levels) into[level] += counts[level];
  }
  return { start: low * step, step: step * width, steps: drawn };
}

function zeroes(): Record<Level, number> {
  return { informational: 0, low: 0, medium: 0, high: 0, critical: 0 };
}
