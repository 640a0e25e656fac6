import type { EventFilter, StoredRow } from "#lake";
import type { RuleFile, RuleSet } from "#sigma";
import type { RuleFacts } from "../rules/generation.ts";
import type { FoundMatch, SharedExceptions } from "../spine/lane-protocol.ts";

/** What rules a replay's thread asks: some of a set, or those of a text. */
export type ReplayRules =
  | {
      readonly from: "set";
      /** UTF-8 JSON of the `RuleSet`. */
      readonly ruleSet: SharedArrayBuffer;
      /** Ids; what correlations among them rest on comes along. Left out: all. */
      readonly pick?: readonly string[];
    }
  | {
      readonly from: "text";
      /** The first holds the rules that are meant; the others what these refer to. */
      readonly files: readonly RuleFile[];
      /** Id of the one rule that is meant, where the first file holds more. */
      readonly pick?: string;
    };

export interface ReplaySetup {
  readonly rules: ReplayRules;
  /** Key of a kind that events were stored under → key of the kind that they are now. */
  readonly renamed?: Readonly<Record<string, string>>;
}

export type ReplayTask =
  | { readonly do: "plan"; readonly kinds: readonly string[] }
  | {
      readonly do: "ask";
      readonly rows: readonly StoredRow[];
      readonly exceptions: SharedExceptions | undefined;
      /** Without the events' own text. */
      readonly lean: boolean;
    };

export type ReplayAnswer =
  | { readonly is: "plan"; readonly plan: ReplayPlan }
  | { readonly is: "refused"; readonly why: string }
  | { readonly is: "found"; readonly found: readonly FoundMatch[]; readonly unreadable: number; readonly cpu: number };

export interface ReplayPlan {
  /** The rules that are meant, by id. */
  readonly subjects: readonly RuleFacts[];
  /** By number: what `FoundMatch.rule` calls a rule. */
  readonly detections: readonly RuleFacts[];
  /** The rules without their plans. */
  readonly correlating: RuleSet;
  readonly filter: EventFilter;
  /** Keys that no kind has any more; events of theirs are recognised anew, all of them. */
  readonly unknownKinds: readonly string[];
}
