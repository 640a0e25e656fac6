import type { CorrelationRule, DetectionRule } from "#sigma";
import { eventsFor } from "./event-for.ts";
import { recordOf } from "./record-of.ts";
import { examplesOf } from "./rule-examples.ts";

/** Records as they would arrive, which a rule has to answer to; of a correlation several, in the order of time. */
export interface TrueExample {
  /** The rule's author wrote it, or it was made of the rule's own words. */
  readonly is: "own" | "made";
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Ways through a rule's condition that records are made for, where its author gave none. */
const mostMade = 2;

/**
 * What a rule has to answer to: its own examples that are to match, else records made of its words in the shape that its
 * log source has. None where nobody wrote one and none can be made: a correlation's, of a log source without a shape.
 */
export function trueExamplesOf(rule: DetectionRule | CorrelationRule): TrueExample[] {
  const own = examplesOf(rule).flatMap((one): TrueExample[] =>
    "bytes" in one && one.match ? [{ is: "own", bytes: one.bytes }] : [],
  );
  if (own.length > 0 || rule.kind === "correlation") return own;
  const write = recordOf(rule.logsource);
  if (!write) return [];
  return eventsFor(rule.plan, mostMade).map((event) => ({
    is: "made",
    bytes: new TextEncoder().encode(`${write(event, 0).join("\n")}\n`),
  }));
}
