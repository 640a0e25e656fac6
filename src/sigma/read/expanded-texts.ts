import type { ItemContext } from "./item.ts";
import type { Key } from "./modifiers.ts";
import { expandPlaceholders, mostExpandedValues, standardPlaceholders } from "./placeholders.ts";
import { regexOfPattern } from "./regex.ts";
import { parsePattern } from "./text-pattern.ts";
import type { YamlScalar } from "./yaml/node.ts";

/** A value's texts: itself, or under `expand` all that its placeholders make of it. Undefined after an error. */
export function expandedTexts(value: YamlScalar, key: Key, context: ItemContext): readonly string[] | undefined {
  const { chain, written } = key;
  if (!chain.includes("expand")) return [value.text];
  const { report, placeholders } = context;
  const quote = chain.includes("re") ? (text: string) => regexOfPattern(parsePattern(text)) : undefined;
  const expanded = expandPlaceholders(value.text, placeholders, quote);
  if (expanded.kind === "unresolved") {
    const { name } = expanded;
    const what = (standardPlaceholders as readonly string[]).includes(name) ? "standard placeholder" : "placeholder";
    const message = `Nobody has said what the ${what} %${name}% in '${written}' stands for.`;
    const advice = `Define values for ${name}; until then the rule is not matched at all.`;
    report.error(value.at, "placeholder-unresolved", message, advice);
    return undefined;
  }
  if (expanded.kind === "too-many") {
    const message = `The placeholders in '${written}' stand for more than ${mostExpandedValues} values, or for too long ones.`;
    const advice = "Use wildcards in the placeholder's values, or fewer placeholders in one value.";
    report.error(value.at, "placeholder-too-many", message, advice);
    return undefined;
  }
  if (expanded.found === 0) {
    const message = `'${written}' has 'expand', but '${value.text}' holds no %placeholder%.`;
    const advice = "Leave `expand` out, or check the placeholder's spelling.";
    report.warning(value.at, "expand-without-placeholder", message, advice);
  }
  return expanded.values;
}
