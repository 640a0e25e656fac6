import { readAction } from "./actions/read-action.ts";
import { readFieldCondition } from "./conditions/field-conditions.ts";
import { readItemCondition } from "./conditions/item-conditions.ts";
import { readConditions } from "./conditions/link.ts";
import { readRuleCondition } from "./conditions/rule-conditions.ts";
import { leavesOf } from "./detection-item.ts";
import type { Params } from "./params.ts";
import type { Step } from "./step.ts";

export interface StepContext {
  /** The pipeline's `vars`. */
  readonly vars: ReadonlyMap<string, readonly string[]>;
  /** Filled by placeholder transformations. */
  readonly placeholders: Map<string, readonly string[]>;
}

/** Reads the processing items listed under a key. */
export function readSteps(params: Params, key: string, context: StepContext): readonly Step[] {
  const entry = params.entry(key);
  if (!entry) return [];
  if (entry.value.kind !== "list") {
    params.fail(key, "pipeline-wrong-value", `'${key}' must be a list.`, "Start each processing item with a dash.");
    return [];
  }
  return entry.value.items.flatMap((node, index) => {
    const item = params.below(node, `item ${index + 1}`);
    const step = item && readStep(item, context);
    return step ? [step] : [];
  });
}

function readStep(item: Params, context: StepContext): Step | undefined {
  const type = item.needText("type");
  const id = item.text("id");
  const rule = readConditions(item, "rule", readRuleCondition);
  const detectionItem = readConditions(item, "detection_item", readItemCondition);
  const fieldName = readConditions(item, "field_name", readFieldCondition);
  if (type === undefined) return undefined;
  const action = readAction(item, type, {
    readSteps: (params, key) => readSteps(params, key, context),
    definePlaceholders: (params, kind) => definePlaceholders(params, kind, context),
  });
  if (action) item.finish();
  return (
    action && {
      id,
      holdsForRule: rule,
      // A field name condition also holds for an item that refers to such a field (`fieldref`).
      holdsForItem: (work, subject) =>
        detectionItem({ work, item: subject }) &&
        (fieldName({ work, field: subject.field }) ||
          leavesOf(subject.expr).some(({ test }) => test.op === "fieldref" && fieldName({ work, field: test.field }))),
      holdsForField: (work, field) => fieldName({ work, field }),
      action,
    }
  );
}

/**
 * Placeholders are filled in when rules are read, before any pipeline: these transformations become values for
 * `readRules`, which knows nothing of the item's conditions.
 */
function definePlaceholders(params: Params, type: string, { vars, placeholders }: StepContext): void {
  for (const sort of ["rule", "detection_item", "field_name"]) {
    if (!params.entry(`${sort}_conditions`)) continue;
    const message = `Placeholders are filled in for all rules alike; '${type}' can't have conditions.`;
    params.fail(`${sort}_conditions`, "pipeline-unsupported", message, "Remove the conditions.");
  }
  const include = params.texts("include");
  const exclude = params.texts("exclude");
  if (type === "wildcard_placeholders") {
    for (const name of include ?? []) placeholders.set(name, ["*"]);
    if (include) return;
    const message = "Wildcards for whichever placeholder comes would make rules match anything.";
    params.fail("type", "pipeline-unsupported", message, "Name the placeholders under `include`.");
    return;
  }
  for (const [name, values] of vars) {
    if ((!include || include.includes(name)) && !exclude?.includes(name)) placeholders.set(name, values);
  }
}
