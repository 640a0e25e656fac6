import { availableParallelism } from "node:os";
import type { ReadingProblem } from "#ingest";
import type { DetectionRule, RuleSet } from "#sigma";
import { defaultLevel } from "../contract.ts";
import { createSuppression } from "../core/suppress.ts";
import { createTally, type Tally, type TalliedRule } from "../core/tally.ts";
import { createObservationKeeper, type CorrelationStats } from "./correlate-found.ts";
import { inOrder, type Lane } from "./in-order.ts";
import { headOf, type FoundPart } from "./scan-input.ts";
import { createScanLane } from "./scan-lane.ts";
import type { ScanTask } from "./task.ts";
import { createWorkerLane, type WorkerLane } from "./worker-lane.ts";
import type { ScannerSettings } from "./worker-protocol.ts";

export interface ScanJob {
  readonly ruleSet: RuleSet;
  readonly tasks: AsyncIterable<ScanTask>;
  readonly settings: ScannerSettings;
  /** Processes; 0 scans in this one, which starts sooner and suits little input. Left out: one per core. */
  readonly workers?: number;
  /** ms during which a rule tells of a host only once; 0: everything is told. */
  readonly suppressFor: number;
  readonly signal: AbortSignal;
}

export interface ScanHandlers {
  /** One finding as a JSON object without line end, in the order of files and records; correlations come last. */
  finding(json: string, rule: TalliedRule, time: number, host: string | null): void | Promise<void>;
  problem(file: string, problem: ReadingProblem): void | Promise<void>;
  progress(soFar: ScanProgress): void;
}

export interface ScanProgress {
  readonly events: number;
  readonly findings: number;
  /** Bytes on disk. */
  readonly consumed: number;
}

export interface ScanOutcome extends ScanProgress {
  /** false: the signal ended it early. What was found until then counts; correlations were not asked, as half a log would let them see an absence that is none. */
  readonly complete: boolean;
  readonly unreadable: number;
  readonly tally: Tally;
  /** Findings held back by `suppressFor`. */
  readonly suppressed: number;
  readonly correlation: CorrelationStats;
}

/**
 * Asks every rule of every event, on all cores, and tells what was found while it goes. The signal ends it early with what
 * there is; what can't be read is told to `problem`; a worker or a handler that fails rejects.
 */
export async function runScan(job: ScanJob, handlers: ScanHandlers): Promise<ScanOutcome> {
  const { ruleSet, signal } = job;
  const tally = createTally();
  const suppression = createSuppression({ span: job.suppressFor });
  const observations = createObservationKeeper(ruleSet);
  const rules: readonly TalliedRule[] = [...ruleSet.detections, ...ruleSet.correlations].map((rule) => ({
    id: rule.id,
    title: rule.title,
    level: rule.level ?? defaultLevel,
    tags: rule.tags,
  }));
  const correlations = new Map(rules.slice(ruleSet.detections.length).map((rule) => [rule.id, rule]));
  let events = 0;
  let consumed = 0;
  let unreadable = 0;

  async function tell(json: string, rule: TalliedRule, time: number, host: string | null): Promise<void> {
    if (!suppression.admits(rule.id, host ?? "", time)) return;
    tally.add(rule, time, host);
    await handlers.finding(json, rule, time, host);
  }

  await using crew = hire(job);
  let file = "";
  let before = 0;
  let heads = new Map<number, string>();
  for await (const { task, part } of untilStopped(inOrder(job.tasks, crew.lanes, signal), signal)) {
    if (task.name !== file) {
      file = task.name;
      before = 0;
      heads = new Map();
    }
    for (let i = 0; i < part.rules.length; i++) {
      const number = part.rules[i]!;
      let head = heads.get(number);
      if (head === undefined) {
        head = headOf(ruleSet.detections[number] as DetectionRule, rules[number]!.level, file);
        heads.set(number, head);
      }
      const json = head + (before + part.indices[i]!) + part.tails[i]!;
      await tell(json, rules[number]!, part.times[i]!, part.hosts[i]!);
    }
    for (const observed of part.observations) {
      observations.keep({ ...observed, address: { ...observed.address, index: before + observed.address.index } });
    }
    for (const problem of part.problems) {
      if (!problem.wasRead) unreadable++;
      await handlers.problem(file, { ...problem, index: before + problem.index });
    }
    events += part.events;
    consumed += part.consumed;
    handlers.progress({ events, consumed, findings: tally.findings });
    before += part.numbers ?? 0;
  }
  const complete = !signal.aborted;
  for (const finding of complete ? observations.findings() : []) {
    const time = Date.parse(finding.event.time!);
    await tell(JSON.stringify(finding), correlations.get(finding.rule.id)!, time, finding.event.host ?? null);
  }
  return {
    complete,
    events,
    consumed,
    unreadable,
    findings: tally.findings,
    tally: tally.tally,
    suppressed: suppression.held,
    correlation: observations.stats,
  };
}

/** Ends quietly once the signal has stopped what gives the values. */
async function* untilStopped<T>(values: AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T> {
  try {
    yield* values;
  } catch (cause) {
    if (!signal.aborted) throw cause;
  }
}

interface Crew extends AsyncDisposable {
  readonly lanes: readonly Lane<ScanTask, FoundPart>[];
}

function hire({ ruleSet, settings, workers = availableParallelism() }: ScanJob): Crew {
  if (workers === 0) {
    return { lanes: [createScanLane(ruleSet, settings)], async [Symbol.asyncDispose]() {} };
  }
  const lanes: WorkerLane[] = Array.from({ length: workers }, () => createWorkerLane(settings));
  const told = Buffer.from(JSON.stringify(ruleSet));
  for (const lane of lanes) lane.begin(told);
  return {
    lanes,
    async [Symbol.asyncDispose]() {
      await Promise.all(lanes.map((lane) => lane[Symbol.asyncDispose]()));
    },
  };
}
