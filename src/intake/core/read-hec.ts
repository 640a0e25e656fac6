import type { Json, JsonObject } from "#sigma";
import { dressObject, dressText, isObject, parseObject } from "./dress-event.ts";
import { objectSpans, skipBlanks } from "./json-spans.ts";

/** Splunk's number for what is wrong with an event, and the event's 0-based number. */
export interface HecFault {
  readonly code: 5 | 6 | 12 | 13 | 15;
  readonly event: number;
}

export type HecRead = { readonly lines: readonly string[] } | { readonly fault: HecFault };

const facts = ["host", "source", "sourcetype", "index", "time", "fields"] as const;

/**
 * The body of Splunk's HTTP Event Collector: objects one behind another, with or without white space or commas between them, or in an array.
 * Gives a line of NDJSON for each: the event with its envelope's facts under `_hec`. All of them, or the fault of the first that is none.
 * https://docs.splunk.com/Documentation/Splunk/latest/Data/FormateventsforHTTPEventCollector
 */
export function readHec(text: string): HecRead {
  const lines: string[] = [];
  let at = skipBetween(text, 0);
  for (; at < text.length; at = skipBetween(text, at)) {
    const fault = (code: HecFault["code"]): HecRead => ({ fault: { code, event: lines.length } });
    const spans = objectSpans(text, at);
    const envelope = spans && parseObject(text.slice(at, spans.end));
    if (!spans || !envelope) return fault(6);
    const event = envelope["event"];
    if (event === undefined) return fault(12);
    if (event === null || event === "") return fault(13);
    const fields = envelope["fields"];
    if (fields !== undefined && !isFlat(fields)) return fault(15);
    lines.push(lineOf(text, event, envelope, spans.values.get("event")));
    at = spans.end;
  }
  return lines.length === 0 ? { fault: { code: 5, event: 0 } } : { lines };
}

function lineOf(text: string, event: Json, envelope: JsonObject, span: readonly [number, number] | undefined): string {
  const kept: Record<string, Json> = {};
  for (const name of facts) {
    const fact = envelope[name];
    if (isKept(fact)) kept[name] = fact;
  }
  const around = {
    key: "_hec",
    facts: kept,
    time: timeOf(envelope["time"]),
    host: typeof envelope["host"] === "string" ? envelope["host"] : undefined,
  };
  if (typeof event === "string") return dressText(event, around);
  // A key with escapes has no span; what it holds is spelled anew then.
  const own = span ? text.slice(...span) : JSON.stringify(event);
  return isObject(event) ? dressObject(own, event, around) : dressText(own, around);
}

/** Splunk takes seconds since 1970 as a number or as text. */
function timeOf(time: Json | undefined): Json | undefined {
  const seconds = typeof time === "string" ? Number(time) : time;
  return typeof seconds === "number" && Number.isFinite(seconds) ? seconds : undefined;
}

/** Values, and lists of values: deeper ones are none that Splunk takes. */
function isFlat(fields: Json): boolean {
  return (
    isObject(fields) &&
    Object.values(fields).every((value) => [value].flat().every((one) => typeof one !== "object" || one === null))
  );
}

function isKept(fact: Json | undefined): fact is Json {
  return fact !== undefined && (typeof fact !== "object" || fact === null || isFlat(fact));
}

/** White space, and the brackets and commas of a body that is an array. */
function skipBetween(text: string, at: number): number {
  for (;;) {
    at = skipBlanks(text, at);
    const char = text[at];
    if (char !== "," && char !== "[" && char !== "]") return at;
    at += 1;
  }
}
