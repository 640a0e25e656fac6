import type { Params } from "../params.ts";
import { takeSteps, type Action, type Step } from "../step.ts";
import { readAddCondition } from "./add-condition.ts";
import { readFieldAction } from "./field-names.ts";
import { readFieldsToHashes, readHashesFields } from "./hashes.ts";
import { readItemAction } from "./items.ts";
import { readRuleAction } from "./rule-data.ts";
import { readValueAction } from "./values.ts";

/** What reading actions needs of the pipeline around them. */
export interface ActionContext {
  readSteps(params: Params, key: string): readonly Step[];
  /** Takes over a placeholder transformation: placeholders are filled in when rules are read, not here. */
  definePlaceholders(params: Params, type: string): void;
}

/** Reads a transformation by its `type`; undefined when it can't be carried out, which is in the report. */
export function readAction(params: Params, type: string, context: ActionContext): Action | undefined {
  switch (type) {
    case "field_name_mapping":
    case "field_name_prefix_mapping":
    case "field_name_prefix":
    case "field_name_suffix":
      return readFieldAction(params, type);
    case "replace_string":
    case "map_string":
    case "regex":
    case "set_value":
    case "convert_type":
    case "case":
      return readValueAction(params, type);
    case "drop_detection_item":
    case "detection_item_failure":
      return readItemAction(params, type);
    case "rule_failure":
    case "strict_field_mapping_failure":
    case "change_logsource":
    case "set_state":
    case "set_custom_attribute":
    case "add_field":
    case "remove_field":
    case "set_field":
      return readRuleAction(params, type);
    case "add_condition":
      return readAddCondition(params);
    case "hashes_fields":
      return readHashesFields(params);
    case "fields_to_hashes":
      return readFieldsToHashes(params);
    case "nest":
      return nested(context.readSteps(params, "items"));
    case "value_placeholders":
    case "wildcard_placeholders":
      context.definePlaceholders(params, type);
      return () => undefined;
    default:
      refuseType(params, type);
      return undefined;
  }
}

function nested(steps: readonly Step[]): Action {
  return (work) => takeSteps(steps, work);
}

/** Transformations that pySigma has and a plan can't carry, each with the way round it. */
const unreadable: Readonly<Record<string, string>> = {
  field_name_transform: "It needs a Python function. Write the mapping out with field_name_mapping.",
  query_expression_placeholders:
    "It writes query text, and there is none here. Give the placeholder's values with value_placeholders.",
  file_placeholders: "Pipelines read nothing from outside. Put the values under `vars` and use value_placeholders.",
  http_placeholders: "Pipelines read nothing from outside. Put the values under `vars` and use value_placeholders.",
  command_placeholders: "Pipelines run nothing. Put the values under `vars` and use value_placeholders.",
  extract_fields: "It is not supported. Map the fields with field_name_mapping.",
};

function refuseType(params: Params, type: string): void {
  const known = Object.hasOwn(unreadable, type) ? unreadable[type] : undefined;
  const message = known
    ? `The transformation '${type}' can't be carried out here.`
    : `There is no transformation '${type}'.`;
  params.fail(
    "type",
    known ? "pipeline-unsupported" : "pipeline-unknown-type",
    message,
    known ?? "Check its spelling.",
  );
}
