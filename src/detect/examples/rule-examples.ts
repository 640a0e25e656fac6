import type { CorrelationRule, DetectionRule } from "#sigma";

/** One example under a rule's `meridian.tests`. */
export interface RuleExample {
  readonly name: string;
  /** Whether the rule is to fire. */
  readonly match: boolean;
  /** The records as they would arrive: JSON objects one per line, or lines of text. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export interface MalformedExample {
  readonly name: string;
  readonly problem: string;
}

/**
 * Reads a rule's own examples: `meridian.tests`, a list of `{ name, match, event | events | text }`. `event` is a record
 * as JSON, `events` several in the order of time (for correlations), `text` raw lines of any format that is recognised.
 */
export function examplesOf(rule: DetectionRule | CorrelationRule): (RuleExample | MalformedExample)[] {
  const custom = rule.custom["meridian"];
  if (!isObject(custom) || custom["tests"] === undefined) return [];
  const tests = custom["tests"];
  if (!Array.isArray(tests)) return [{ name: "meridian.tests", problem: "it must be a list of examples" }];
  return tests.map((test: unknown, at) => exampleOf(test, `example ${at + 1}`));
}

function exampleOf(test: unknown, place: string): RuleExample | MalformedExample {
  if (!isObject(test))
    return { name: place, problem: "it must be a mapping with name, match and event, events or text" };
  const name = typeof test["name"] === "string" ? test["name"] : place;
  const unknown = Object.keys(test).find((key) => !["name", "match", "event", "events", "text"].includes(key));
  if (unknown !== undefined) return { name, problem: `there is no key "${unknown}" in an example` };
  if (typeof test["match"] !== "boolean") return { name, problem: "match must be true or false" };
  const records = [
    ...(test["event"] === undefined ? [] : [test["event"]]),
    ...(Array.isArray(test["events"]) ? (test["events"] as unknown[]) : []),
  ];
  const text = test["text"];
  if (records.length > 0 === (typeof text === "string")) {
    return {
      name,
      problem: "give either event (a mapping), events (a list of mappings) or text (lines as they arrive)",
    };
  }
  if (!records.every(isObject)) return { name, problem: "an event must be a mapping" };
  const lines = typeof text === "string" ? text : records.map((record) => JSON.stringify(record)).join("\n");
  return { name, match: test["match"], bytes: new TextEncoder().encode(`${lines.trimEnd()}\n`) };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
