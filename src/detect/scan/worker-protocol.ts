import type { ReadingLimits } from "#ingest";
import type { KnownLogSource } from "#sigma";
import type { FoundPart } from "./scan-input.ts";
import type { ScanTask } from "./task.ts";

/** What a worker is started with. */
export interface WorkerSetup {
  /** UTF-8 JSON of the `RuleSet`, shared so that it exists once however many workers read it. */
  readonly ruleSet: SharedArrayBuffer;
  readonly settings: ScannerSettings;
}

/** Everything but the rules that a scanner is made from; plain data. */
export interface ScannerSettings {
  readonly limits: Partial<ReadingLimits>;
  readonly index: boolean;
  readonly routing: boolean;
  /** Look for keys that a record has twice in every record of NDJSON, not only where much text is unexplained. */
  readonly exactKeys?: boolean;
  /** What events are taken for that nothing recognises. */
  readonly as?: KnownLogSource;
}

export type ToWorker =
  | { readonly say: "scan"; readonly task: ScanTask }
  | { readonly say: "taken" }
  | { readonly say: "stop" };

export type FromWorker =
  | { readonly say: "part"; readonly part: FoundPart }
  | { readonly say: "done" }
  | { readonly say: "failed"; readonly message: string };

/** Parts a worker may send before the first of them is taken. */
export const partsInFlight = 8;
