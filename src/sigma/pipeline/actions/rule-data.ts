import { itemsIn } from "../detection-item.ts";
import type { Params } from "../params.ts";
import type { Action, Work } from "../step.ts";

/** Transformations of the rule around its detection, and those that refuse it. */
export function readRuleAction(params: Params, type: string): Action | undefined {
  switch (type) {
    case "rule_failure": {
      const message = params.needText("message");
      return message === undefined ? undefined : () => message;
    }
    case "strict_field_mapping_failure":
      return refuseUnmapped;
    case "change_logsource":
      return changeLogSource(params);
    case "set_state":
      return setState(params);
    case "set_custom_attribute":
      return setAttribute(params);
    default:
      return changeFields(params, type);
  }
}

const refuseUnmapped: Action = (work) => {
  const fields = new Set(itemsIn(work.node).flatMap(({ field }) => (field === undefined ? [] : [field])));
  const unmapped = [...fields].filter((field) => !work.mapped.has(field));
  return unmapped.length > 0 ? `the following fields are not mapped: ${unmapped.join(", ")}` : undefined;
};

/** What is left out is removed, as in pySigma. Seen by later conditions; which events a rule is asked of is decided before. */
function changeLogSource(params: Params): Action {
  const stated = (["product", "category", "service"] as const).flatMap((key) => {
    const text = params.text(key);
    return text === undefined ? [] : [[key, text] as const];
  });
  const logsource = Object.fromEntries(stated);
  return (work) => changeRule(work, { logsource });
}

function setState(params: Params): Action | undefined {
  const key = params.needText("key");
  const value = params.scalar("val");
  if (key === undefined || value === undefined) return undefined;
  return (work) => {
    work.state.set(key, value);
    return undefined;
  };
}

function setAttribute(params: Params): Action | undefined {
  const attribute = params.needText("attribute");
  const value = params.plain("value");
  if (attribute === undefined) return undefined;
  return (work) => changeRule(work, { custom: { ...work.rule.custom, [attribute]: value } });
}

function changeFields(params: Params, type: string): Action | undefined {
  const names = params.needTexts(type === "set_field" ? "fields" : "field");
  if (!names) return undefined;
  return (work) => {
    const { fields } = work.rule;
    if (type === "set_field") return changeRule(work, { fields: names });
    if (type === "add_field") return changeRule(work, { fields: [...fields, ...names] });
    return changeRule(work, { fields: fields.filter((field) => !names.includes(field)) });
  };
}

function changeRule(work: Work, change: Partial<Work["rule"]>): undefined {
  work.rule = { ...work.rule, ...change };
}
