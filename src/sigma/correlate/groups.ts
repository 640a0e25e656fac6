import type { CorrelationRule } from "../rule.ts";

/** One event may be of several groups when a group-by field has several values; beyond this many, the rest is left out. */
const groupsPerObservation = 16;

/**
 * The groups an observation belongs to, each as the values of the group-by fields in the rule's order. An event that
 * lacks one of the fields is of no group; without group-by all are of one.
 */
export function groupsOf(
  rule: CorrelationRule,
  fieldNames: readonly string[],
  observation: { field(name: string): readonly string[] },
): readonly (readonly string[])[] {
  let groups: string[][] = [[]];
  for (let at = 0; at < rule.groupBy.length; at++) {
    const values = [...new Set(observation.field(fieldNames[at] as string))];
    groups = groups.flatMap((group) => values.map((value) => [...group, value])).slice(0, groupsPerObservation);
  }
  return groups;
}
