import type { Params } from "../params.ts";
import { readPythonRegex } from "../python-regex.ts";
import type { Work } from "../step.ts";
import type { Condition, ReadCondition } from "./link.ts";
import { readStateCondition } from "./state-condition.ts";

export interface FieldSubject {
  readonly work: Work;
  /** Undefined for keywords. */
  readonly field: string | undefined;
}

/** pySigma's field name conditions, by `type`. */
export const readFieldCondition: ReadCondition<FieldSubject> = (params, type) => {
  switch (type) {
    case "include_fields":
      return listed(params);
    case "exclude_fields": {
      const included = listed(params);
      return included && ((subject) => !included(subject));
    }
    case "processing_item_applied": {
      const id = params.needText("processing_item_id");
      if (id === undefined) return undefined;
      return ({ work, field }) => field !== undefined && (work.fieldsMadeBy.get(field)?.has(id) ?? false);
    }
    case "processing_state": {
      const state = readStateCondition(params);
      return state && (({ work }) => state(work));
    }
    default: {
      const advice = "There are include_fields, exclude_fields, processing_item_applied and processing_state.";
      params.fail("type", "pipeline-unknown-condition", `There is no field name condition '${type}'.`, advice);
      return undefined;
    }
  }
};

function listed(params: Params): Condition<FieldSubject> | undefined {
  const fields = params.needTexts("fields");
  const mode = params.choice("mode", ["plain", "re"]);
  if (!fields) return undefined;
  if (mode === "plain") {
    const names = new Set(fields);
    return ({ field }) => field !== undefined && names.has(field);
  }
  const regexes = fields.map(readPythonRegex);
  const bad = regexes.find((regex) => "reason" in regex);
  if (bad && "reason" in bad) {
    params.fail(
      "fields",
      "pipeline-regex",
      `A pattern can't be used: ${bad.reason}.`,
      "Use RE2 syntax: no look-around, no back-references.",
    );
    return undefined;
  }
  return ({ field }) =>
    field !== undefined && regexes.some((regex) => !("reason" in regex) && regex.matchesStart(field));
}
