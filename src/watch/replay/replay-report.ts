import type { StoredRow } from "#lake";
import { assignAlerts, type Candidate } from "../core/assign-alerts.ts";
import type { RuleFacts } from "../rules/generation.ts";
import { type Estimate, estimateCount, type SampledStripe } from "./core/estimate.ts";
import { TopValues } from "./core/top-values.ts";
import type { ReplayResult, ReplaySample } from "./contract.ts";

/** A finding as a report counts it. */
export interface CountedFinding {
  readonly rule: RuleFacts;
  readonly id: string;
  readonly time: number;
  readonly entity: string;
  readonly events: readonly string[];
  readonly source: string;
  readonly kind: string;
  readonly host: string;
  readonly user: string;
  /** JSON. */
  readonly matched: string;
  readonly excepted: readonly string[];
}

/** Findings that alerts are estimated from; of more, the first that came. */
const mostAlerting = 500_000;
const barLengths = [60_000, 300_000, 900_000, 3_600_000, 21_600_000, 86_400_000, 604_800_000];
const mostBars = 200;

/** Counts what a replay finds, in memory that does not grow with the number of findings. */
export class ReplayReport {
  readonly #span: { readonly from: number; readonly to: number };
  readonly #most: number;
  readonly #bar: number;
  readonly #bars = new Map<number, number>();
  readonly #byRule = new Map<string, { rule: RuleFacts; count: number }>();
  readonly #tops = {
    entities: new TopValues(),
    hosts: new TopValues(),
    users: new TopValues(),
    sources: new TopValues(),
  };
  readonly #alerting: Candidate[] = [];
  readonly #samples: ReplaySample[] = [];
  #excepted = 0;
  #unreadable = 0;
  looked = 0;
  found = 0;

  constructor(subjects: readonly RuleFacts[], span: { readonly from: number; readonly to: number }, samples: number) {
    this.#span = span;
    this.#most = samples;
    this.#bar = barLengths.find((length) => (span.to - span.from) / length <= mostBars) ?? barLengths.at(-1)!;
    for (const rule of subjects) this.#byRule.set(rule.id, { rule, count: 0 });
  }

  isSubject(rule: RuleFacts): boolean {
    return this.#byRule.has(rule.id);
  }

  lookedAt(rows: readonly StoredRow[], unreadable: number): void {
    this.looked += rows.length;
    this.#unreadable += unreadable;
  }

  add(finding: CountedFinding): void {
    const { rule, time, entity } = finding;
    const own = this.#byRule.get(rule.id);
    if (!own) return;
    own.count++;
    this.found++;
    const bar = Math.floor(time / this.#bar) * this.#bar;
    this.#bars.set(bar, (this.#bars.get(bar) ?? 0) + 1);
    this.#tops.entities.add(entity);
    this.#tops.hosts.add(finding.host);
    this.#tops.users.add(finding.user);
    this.#tops.sources.add(finding.source);
    if (finding.excepted.length > 0) this.#excepted++;
    else if (!rule.silent && this.#alerting.length < mostAlerting)
      this.#alerting.push({ id: finding.id, rule: rule.id, entity, time, window: rule.window });
    this.#keep(finding);
  }

  /** The newest findings are shown. */
  #keep({ rule, matched, ...rest }: CountedFinding): void {
    const samples = this.#samples;
    if (this.#most === 0) return;
    if (samples.length >= this.#most && rest.time <= samples.at(-1)!.time) return;
    const at = samples.findIndex(({ time }) => time < rest.time);
    samples.splice(at < 0 ? samples.length : at, 0, {
      rule: rule.id,
      ...rest,
      events: [...rest.events],
      excepted: [...rest.excepted],
      matched: JSON.parse(matched) as unknown,
    });
    if (samples.length > this.#most) samples.pop();
  }

  result(about: {
    readonly events: number;
    readonly first: number;
    readonly candidates: number;
    readonly stripes: number;
    /** The stripes that were looked at, where not all were. */
    readonly sample?: readonly SampledStripe[];
    readonly covered: { readonly from: number; readonly to: number };
    readonly share: number;
    readonly milliseconds: number;
    readonly cpu: number;
    readonly granules: number;
    readonly unknownKinds: readonly string[];
  }): ReplayResult {
    const { sample, covered, candidates, stripes } = about;
    const estimate: Estimate = sample
      ? estimateCount(sample, { stripes, candidates })
      : { count: this.found, low: this.found, high: this.found };
    const scale = this.found === 0 ? 1 : estimate.count / this.found;
    const sorted = this.#alerting.toSorted((a, b) => a.time - b.time);
    const grouped = new Set(assignAlerts(sorted, [], ({ id }) => id)).size;
    const unkept = this.#alerting.length === 0 ? 1 : (this.found - this.#excepted) / this.#alerting.length;
    const alerts = grouped * scale * Math.max(1, unkept);
    // A store that is younger than the time asked about has had no chance to find anything before.
    const days = Math.max(1 / 24, (covered.to - Math.max(covered.from, about.first)) / 86_400_000);
    return {
      from: this.#span.from,
      to: this.#span.to,
      exact: !sample && about.share >= 1,
      ...estimate,
      rules: [...this.#byRule.values()].map(({ rule: { id, title, type, level }, count }) => ({
        id,
        title,
        type,
        level,
        count: Math.round(count * scale),
      })),
      span: this.#bar,
      bars: [...this.#bars]
        .sort(([a], [b]) => a - b)
        .map(([time, count]) => ({ time, count: Math.round(count * scale) })),
      alerts: {
        count: Math.round(alerts),
        perDay: Math.round((alerts / days) * 10) / 10,
        excepted: Math.round(this.#excepted * scale),
      },
      entities: this.#tops.entities.top(top),
      hosts: this.#tops.hosts.top(top),
      users: this.#tops.users.top(top),
      sources: this.#tops.sources.top(top),
      samples: [...this.#samples],
      covered,
      share: about.share,
      events: about.events,
      candidates,
      looked: this.looked,
      unreadable: this.#unreadable,
      unknownKinds: [...about.unknownKinds],
      cost: {
        milliseconds: Math.round(about.milliseconds),
        threadMilliseconds: Math.round(about.cpu),
        blocks: about.granules,
      },
    };
  }
}

const top = 20;
