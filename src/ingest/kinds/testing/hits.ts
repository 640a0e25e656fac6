import assert from "node:assert/strict";
import { compileMatcher, readRules, type JsonObject } from "#sigma";
import type { FormatName } from "../../contract.ts";
import { loadKinds } from "../load-kinds.ts";
import { toEvent } from "../to-event.ts";

const recognise = loadKinds();

/** Titles of the rules that an event matches, through recognition, layout and pipelines. */
export function hits(rules: string, body: JsonObject, format: FormatName = "ndjson"): string[] {
  const set = readRules([{ file: "rules.yml", text: rules }]);
  assert.deepEqual(set.setAside, []);
  const event = toEvent({ index: 0, offset: 0, length: 0, format, body }, recognise);
  return compileMatcher(set.detections)
    .match(event)
    .map(({ title }) => title);
}

/** A rule called "hit" with one selection. */
export function rule(logsource: string, detection: string): string {
  return `title: hit\nlogsource: {${logsource}}\ndetection:\n  s: ${detection}\n  condition: s\n`;
}
