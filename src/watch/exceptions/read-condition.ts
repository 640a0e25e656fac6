import { type DetectionRule, readRules } from "#sigma";
import { refuse } from "../refusals.ts";

/** What an exception asks of an event, as a Sigma selection says it: a mapping, or a list of which one is to hold. */
export type Condition = Readonly<Record<string, unknown>> | readonly Readonly<Record<string, unknown>>[];

/** Of `product/category/service`, `*` for what is open. */
function logsourceOf(text: string): Record<string, string> {
  const [product = "*", category = "*", service = "*"] = text.split("/");
  const given = Object.entries({ product, category, service }).filter(([, word]) => word !== "*" && word !== "");
  return given.length > 0 ? Object.fromEntries(given) : { category: "any" };
}

/**
 * Reads the condition as Sigma's reader reads a selection of a rule for the same log source, so that the same words mean
 * the same. Throws the refusal `watch/bad-condition` with the reader's own reason.
 */
export function readCondition(id: string, condition: Condition, logsource: string): DetectionRule {
  const document = {
    title: `Exception ${id}`,
    logsource: logsourceOf(logsource),
    detection: { selection: condition, condition: "selection" },
  };
  // JSON is YAML.
  const { detections, setAside } = readRules([{ file: id, text: JSON.stringify(document) }]);
  const [rule] = detections;
  if (!rule) throw refuse("bad-condition", { why: setAside[0]?.reason.message ?? "it holds nothing" });
  return { ...rule, id };
}
