import { type ConditionNode, parseCondition } from "../condition/parse-condition.ts";
import { namesOf } from "../condition/resolve-condition.ts";
import { entryOf, textStart, type YamlScalar } from "../yaml/node.ts";
import { type Check, detectionOf, scalarsAt, type Subject } from "./subject.ts";

export const checkCondition: Check = (subject) => {
  const section = detectionOf(subject.root);
  if (!section) return;
  const reserved = entryOf(subject.root, "filter") ? ["condition", "rules"] : ["condition", "timeframe"];
  const names = section.value.entries.map((entry) => entry.key).filter((key) => !reserved.includes(key));
  for (const condition of scalarsAt(section.value, "condition")) {
    const parsed = parseCondition(condition.text);
    if (parsed.ok) checkNode(parsed.node, condition, names, subject);
  }
};

function checkNode(node: ConditionNode, condition: YamlScalar, names: readonly string[], subject: Subject): void {
  if (node.kind === "and" || node.kind === "or") {
    for (const part of node.of) checkNode(part, condition, names, subject);
    return;
  }
  if (node.kind === "not") {
    checkNode(node.of, condition, names, subject);
    return;
  }
  if (node.kind !== "some" && node.kind !== "every") return;
  const { report, text } = subject;
  const at = (textStart(condition, text) ?? condition.at - node.at) + node.at;
  const isThem = node.pattern.toLowerCase() === "them";
  const quantity = node.kind === "every" ? "all" : "1";
  if (isThem && namesOf(node.pattern, names).length === 1) {
    report.info(at, "them-is-one", `'${quantity} of them' is about one selection.`, "Name it.");
  } else if (isThem && node.kind === "every") {
    report.info(
      at,
      "all-of-them",
      "With 'all of them' nobody can add a filter to the rule.",
      "Write `all of selection_*`.",
    );
  } else if (!isThem && !node.pattern.includes("*")) {
    report.info(
      at,
      "of-one-name",
      `'${quantity} of ${node.pattern}' is about one selection.`,
      `Write ${node.pattern}, or a pattern with '*'.`,
    );
  }
}
