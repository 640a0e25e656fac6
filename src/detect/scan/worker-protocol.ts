import type { ReadingLimits } from "#ingest";
import type { KnownLogSource } from "#sigma";
import type { FoundPart } from "./scan-input.ts";
import type { ScanTask } from "./task.ts";

/** Everything but the rules that a scanner is made from; plain data. */
export interface ScannerSettings {
  readonly limits: Partial<ReadingLimits>;
  readonly index: boolean;
  readonly routing: boolean;
  /** Look for keys that a record has twice in every record of NDJSON, not only where much text is unexplained. */
  readonly exactKeys?: boolean;
  /** What events are taken for that nothing recognises. */
  readonly as?: KnownLogSource;
  /** A folder for what lanes read at their start, each the same; left out: nothing is kept. */
  readonly cache?: string;
}

/** `begin` comes first and once; its `ruleSet` is the UTF-8 JSON of a `RuleSet`. */
export type ToWorker =
  | { readonly say: "begin"; readonly settings: ScannerSettings; readonly ruleSet: Uint8Array }
  | { readonly say: "scan"; readonly task: ScanTask }
  | { readonly say: "taken" }
  | { readonly say: "stop" };

/** `failed` ends the task at hand, `crashed` the worker. */
export type FromWorker =
  | { readonly say: "part"; readonly part: FoundPart }
  | { readonly say: "done" }
  | { readonly say: "failed"; readonly message: string }
  | { readonly say: "crashed"; readonly message: string };

/** Parts a worker may send before the first of them is taken. */
export const partsInFlight = 8;
