import { parsePattern } from "../../read/text-pattern.ts";
import { levels, type DetectionRule } from "../../rule.ts";
import { itemsIn, leavesOf } from "../detection-item.ts";
import type { Params } from "../params.ts";
import type { Work } from "../step.ts";
import { compare } from "./compare.ts";
import type { Condition, ReadCondition } from "./link.ts";
import { readStateCondition } from "./state-condition.ts";

/** pySigma's rule conditions, by `type`. */
export const readRuleCondition: ReadCondition<Work> = (params, type) => {
  switch (type) {
    case "logsource":
      return logsource(params);
    case "contains_field":
      return containsField(params);
    case "contains_detection_item":
      return containsItem(params);
    case "processing_item_applied":
      return applied(params);
    case "processing_state":
      return readStateCondition(params);
    case "rule_attribute":
      return attribute(params);
    case "tag":
      return tagged(params);
    // Only detection rules pass through pipelines here; correlations are applied to rules as written.
    case "is_sigma_rule":
      return () => true;
    case "is_sigma_correlation_rule":
      return () => false;
    default: {
      const advice =
        "There are logsource, contains_field, contains_detection_item, processing_item_applied, processing_state, rule_attribute, tag, is_sigma_rule and is_sigma_correlation_rule.";
      params.fail("type", "pipeline-unknown-condition", `There is no rule condition '${type}'.`, advice);
      return undefined;
    }
  }
};

/** Holds when the rule states all that is asked for. */
function logsource(params: Params): Condition<Work> {
  const wanted = (["product", "category", "service"] as const).map((key) => [key, params.text(key)] as const);
  return ({ rule }) => wanted.every(([key, value]) => value === undefined || rule.logsource[key] === value);
}

function containsField(params: Params): Condition<Work> | undefined {
  const field = params.needText("field");
  return field === undefined ? undefined : ({ node }) => itemsIn(node).some((item) => item.field === field);
}

function containsItem(params: Params): Condition<Work> | undefined {
  const field = params.needText("field");
  const value = params.needText("value");
  if (field === undefined || value === undefined) return undefined;
  const pattern = JSON.stringify(parsePattern(value));
  return ({ node }) =>
    itemsIn(node).some(
      (item) =>
        item.field === field &&
        leavesOf(item.expr).some(({ test }) => test.op === "like" && JSON.stringify(test.pattern) === pattern),
    );
}

function applied(params: Params): Condition<Work> | undefined {
  const id = params.needText("processing_item_id");
  return id === undefined ? undefined : (work) => work.applied.has(id);
}

function tagged(params: Params): Condition<Work> | undefined {
  const tag = params.needText("tag");
  return tag === undefined ? undefined : ({ rule }) => rule.tags.includes(tag);
}

const ranked: Readonly<Record<string, readonly string[]>> = {
  level: levels,
  status: ["unsupported", "deprecated", "experimental", "test", "stable"],
};
const attributes = [
  "id",
  "name",
  "title",
  "description",
  "status",
  "level",
  "author",
  "license",
  "date",
  "modified",
  "taxonomy",
  "references",
  "tags",
  "falsepositives",
  "fields",
  "scope",
] as const satisfies readonly (keyof DetectionRule)[];

function attribute(params: Params): Condition<Work> | undefined {
  const name = params.needText("attribute");
  const value = params.needText("value");
  const op = params.choice("op", ["eq", "ne", "gte", "gt", "lte", "lt", "in", "not_in"]);
  if (name === undefined || value === undefined) return undefined;
  const ranks = ranked[name];
  if (ranks && !ranks.includes(value.toLowerCase())) {
    params.fail("value", "pipeline-wrong-value", `'${value}' is no ${name}.`, `There are ${ranks.join(", ")}.`);
    return undefined;
  }
  return ({ rule }) => {
    const own = attributes.find((one) => one === name);
    const has = own ? rule[own] : rule.custom[name];
    if (has === undefined || has === null) return false;
    if (Array.isArray(has))
      return op === "ne" || (op === "in" && has.includes(value)) || (op === "not_in" && !has.includes(value));
    if (ranks) return compare(ranks.indexOf(String(has)), ranks.indexOf(value.toLowerCase()), op);
    return typeof has === "number" ? compare(has, Number(value), op) : compare(String(has), value, op);
  };
}
