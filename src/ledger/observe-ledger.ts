import type { Log, Metrics } from "#telemetry";
import type { LogCheck } from "./check-log.ts";
import type { Witness, WitnessOutcome } from "./witness.ts";

/** What the ledger tells of itself while it works, as metrics and log lines. */
export interface LedgerObserver {
  /** How many entries the log has. */
  size(size: number): void;
  /** A round of some work failed, and comes again. */
  fault(work: "sequence" | "witness" | "check"): (error: unknown) => void;
  /** A witness was asked. */
  witness(witness: Witness, outcome: WitnessOutcome, error?: unknown): void;
  /** What is kept was looked at. */
  checked(check: LogCheck): void;
}

export function observeLedger(metrics: Metrics, log: Log): LedgerObserver {
  const entries = metrics.gauge({ name: "meridian.ledger.entries", unit: "{entry}", says: "Entries in the log." });
  const faults = metrics.counter({
    name: "meridian.ledger.faults",
    unit: "{fault}",
    says: "Rounds of the ledger's work that failed and run again, by work: sequence, witness, check.",
  });
  const failures = metrics.counter({
    name: "meridian.ledger.check.failures",
    unit: "{problem}",
    says: "What is kept of the log and is not what was signed; somebody has to look at once.",
  });
  const asked = metrics.counter({
    name: "meridian.ledger.witness.tries",
    unit: "{try}",
    says: "Checkpoints sent to witnesses, by witness and outcome.",
  });
  // Shown from the start: an alarm on what never happened yet must find it.
  failures.add(0);
  return {
    size: (size) => entries.set(size),
    fault: (work) => (error) => {
      faults.add(1, { work });
      log.error("a round of the ledger failed and runs again", { work, error });
    },
    witness(witness, outcome, error) {
      asked.add(1, { witness: witness.key.name, outcome });
      if (outcome === "cosigned") return;
      const fields = { witness: witness.key.name, outcome, ...(error === undefined ? {} : { error }) };
      const grave = outcome === "ahead" || outcome === "conflict" || outcome === "inconsistent";
      log[grave ? "error" : "warn"]("a witness did not cosign the latest checkpoint", fields);
    },
    checked({ problems, size }) {
      failures.add(problems.length);
      if (problems.length > 0) log.error("the ledger as it is kept is not what was signed", { size, problems });
    },
  };
}
