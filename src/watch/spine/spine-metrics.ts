import type { Taken } from "#intake";
import { Refusal } from "#kernel";
import type { Metrics } from "#telemetry";
import type { LaneAnswer } from "./lane-protocol.ts";

export interface SpineMetrics {
  taken(source: string, taken: Taken, bytes: number, seconds: number): void;
  refused(error: unknown): void;
  worked(answers: readonly LaneAnswer[]): void;
  retried(what: string): void;
  crashed(): void;
  found(type: string, level: string, muted: string): void;
}

export function createSpineMetrics(metrics: Metrics): SpineMetrics {
  const events = metrics.counter({
    name: "meridian.watch.events",
    unit: "{event}",
    says: "Events that were stored and detected, retries included.",
  });
  const bytes = metrics.counter({
    name: "meridian.watch.bytes",
    unit: "By",
    says: "Bytes of deliveries that were done.",
  });
  const dead = metrics.counter({
    name: "meridian.watch.dead_letters",
    unit: "{record}",
    says: "Records that could not be read as events.",
  });
  const refusals = metrics.counter({
    name: "meridian.watch.refusals",
    unit: "{delivery}",
    says: "Deliveries that were not taken, by the code of the refusal.",
  });
  const duration = metrics.histogram({
    name: "meridian.watch.take.duration",
    unit: "s",
    says: "Time from a delivery's coming to its being durable and detected.",
    bounds: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30],
  });
  const cpu = metrics.counter({ name: "meridian.watch.lane.cpu", unit: "s", says: "Processor time that lanes took." });
  const retries = metrics.counter({
    name: "meridian.watch.retries",
    unit: "{try}",
    says: "Steps behind the storing of events that failed and were done again.",
  });
  const crashes = metrics.counter({
    name: "meridian.watch.lane.crashes",
    unit: "{crash}",
    says: "Lanes that ended by themselves.",
  });
  const findings = metrics.counter({
    name: "meridian.watch.findings",
    unit: "{finding}",
    says: "Findings stored for the first time, by type, level and what muted them.",
  });
  return {
    taken(source, { accepted, rejected }, size, seconds) {
      events.add(accepted, { source });
      if (rejected > 0) dead.add(rejected, { source });
      bytes.add(size, { source });
      duration.record(seconds);
    },
    refused: (error) => refusals.add(1, { code: error instanceof Refusal ? error.code : "fault" }),
    worked: (answers) => cpu.add(answers.reduce((sum, answer) => sum + answer.cpu, 0) / 1e6),
    retried: (what) => retries.add(1, { what }),
    crashed: () => crashes.add(1),
    found: (type, level, muted) => findings.add(1, { type, level, ...(muted !== "" && { muted }) }),
  };
}
