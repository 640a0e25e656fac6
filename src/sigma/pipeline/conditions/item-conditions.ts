import { formatPattern, parsePattern } from "../../read/text-pattern.ts";
import { leavesOf, type DetectionItem, type Leaf } from "../detection-item.ts";
import type { Params } from "../params.ts";
import { readPythonRegex } from "../python-regex.ts";
import type { Work } from "../step.ts";
import type { Condition, ReadCondition } from "./link.ts";
import { readStateCondition } from "./state-condition.ts";

export interface ItemSubject {
  readonly work: Work;
  readonly item: DetectionItem;
}

/** pySigma's detection item conditions, by `type`. */
export const readItemCondition: ReadCondition<ItemSubject> = (params, type) => {
  switch (type) {
    case "match_string":
      return matchString(params);
    case "match_value":
      return matchValue(params);
    case "contains_wildcard":
      return ofValues(
        params,
        ({ test }) => test.op === "like" && test.pattern.some((part) => typeof part === "number"),
      );
    case "is_null":
      return ofValues(params, ({ test }) => test.op === "absent");
    case "processing_item_applied": {
      const id = params.needText("processing_item_id");
      return id === undefined ? undefined : ({ item }) => item.applied.has(id);
    }
    case "processing_state": {
      const state = readStateCondition(params);
      return state && (({ work }) => state(work));
    }
    default: {
      const advice =
        "There are match_string, match_value, contains_wildcard, is_null, processing_item_applied and processing_state.";
      params.fail("type", "pipeline-unknown-condition", `There is no detection item condition '${type}'.`, advice);
      return undefined;
    }
  }
};

function ofValues(params: Params, holds: (leaf: Leaf) => boolean): Condition<ItemSubject> {
  const needed = params.needText("cond") === undefined ? "any" : params.choice("cond", ["any", "all"]);
  return ({ item }) => (needed === "any" ? leavesOf(item.expr).some(holds) : leavesOf(item.expr).every(holds));
}

function matchString(params: Params): Condition<ItemSubject> | undefined {
  const pattern = params.needText("pattern");
  const negate = params.flag("negate");
  if (pattern === undefined) return undefined;
  const regex = readPythonRegex(pattern);
  if ("reason" in regex) {
    const advice = "Expressions run in linear time (RE2 syntax): no look-around, no back-references.";
    params.fail("pattern", "pipeline-regex", `'${pattern}' can't be used: ${regex.reason}.`, advice);
    return undefined;
  }
  const matches = ({ test }: Leaf) => test.op === "like" && regex.matchesStart(formatPattern(test.pattern));
  return ofValues(params, (leaf) => matches(leaf) !== negate);
}

/** Numbers equal their text here, as everywhere in a plan. */
function matchValue(params: Params): Condition<ItemSubject> | undefined {
  const value = params.needText("value");
  if (value === undefined) return undefined;
  const pattern = JSON.stringify(parsePattern(value));
  return ofValues(params, ({ test }) => test.op === "like" && JSON.stringify(test.pattern) === pattern);
}
