import type { KeptTable } from "../tables.ts";
import { type Condition, never } from "./condition.ts";

export interface RetentionRule {
  /** "" for every source. */
  readonly source: string;
  /** class_uid; -1 for every class. */
  readonly class: number;
  readonly days: number;
}

const day = 86_400_000;

/**
 * Which rows have been kept for as long as they should, counted from when they were received. The rule that says most of
 * a row holds: of its source and class, else of its source, else of its class, else of all; without any it stays.
 */
export function dueCondition(table: KeptTable, rules: readonly RetentionRule[], now: number): Condition {
  const parameters: Record<string, string | number> = {};
  const ordered = [...rules]
    .filter((rule) => table === "events" || rule.class === -1)
    .sort((a, b) => weight(b) - weight(a));
  if (ordered.length === 0) return never;
  const branches = ordered.flatMap((rule, index) => {
    parameters[`before_${index}`] = now - rule.days * day;
    const tests = ["1"];
    if (rule.source !== "") {
      parameters[`source_${index}`] = rule.source;
      tests.push(`source = {source_${index}:String}`);
    }
    if (rule.class !== -1) {
      parameters[`class_${index}`] = rule.class;
      tests.push(`class = {class_${index}:UInt32}`);
    }
    return [tests.join(" and "), `{before_${index}:Int64}`];
  });
  return { sql: `toUnixTimestamp64Milli(received) < multiIf(${branches.join(", ")}, 0)`, parameters };
}

/** Milliseconds since 1970 before which something may be due; undefined when nothing ever is. */
export function earliestDue(rules: readonly RetentionRule[], now: number): number | undefined {
  return rules.length === 0 ? undefined : now - Math.min(...rules.map(({ days }) => days)) * day;
}

function weight({ source, class: of }: RetentionRule): number {
  return (source === "" ? 0 : 2) + (of === -1 ? 0 : 1);
}
