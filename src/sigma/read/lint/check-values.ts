import { ANY } from "../../plan.ts";
import { familyOf, isModifier } from "../modifiers.ts";
import { parsePattern } from "../text-pattern.ts";
import type { YamlNode, YamlScalar } from "../yaml/node.ts";
import { type Check, itemsOf } from "./subject.ts";

export const checkValues: Check = (subject) => {
  for (const { entry } of itemsOf(subject.root)) {
    const [field = "", ...chain] = entry.key.split("|");
    const values = scalars(entry.value);
    checkFieldName(field, entry.keyAt, subject);
    checkDuplicates(values, entry.key, chain, subject);
    if (entry.value.kind === "list" && entry.value.items.length === 1 && field !== "") {
      subject.report.info(
        entry.value.at,
        "list-of-one",
        `'${entry.key}' has a list of one value.`,
        "Write the value behind the key.",
      );
    }
    if (chain.includes("base64offset") && !chain.includes("contains")) {
      subject.report.warning(
        entry.keyAt,
        "base64offset-alone",
        "A value in the midst of Base64 has text around it.",
        "Write `base64offset|contains`.",
      );
    }
    for (const value of values) checkWildcards(value, field, chain, subject);
  }
};

function scalars(node: YamlNode): readonly YamlScalar[] {
  const nodes = node.kind === "list" ? node.items : [node];
  return nodes.filter((one): one is YamlScalar => one.kind === "scalar");
}

function checkFieldName(field: string, at: number, { report }: Parameters<Check>[0]): void {
  if (field !== field.trim()) {
    report.warning(
      at,
      "field-space",
      `The field '${field}' has a space at its end.`,
      "Remove it; names are compared letter by letter.",
    );
  }
}

function checkDuplicates(
  values: readonly YamlScalar[],
  key: string,
  chain: readonly string[],
  { report }: Parameters<Check>[0],
): void {
  const isCased = ["cased", "re", "fieldref", "base64", "base64offset", "expand"].some((one) => chain.includes(one));
  const seen = new Set<string>();
  for (const { text, value, at } of values) {
    const form = `${value === null} ${isCased ? text : text.toLowerCase()}`;
    if (seen.has(form)) {
      report.warning(
        at,
        "value-duplicate",
        `'${key}' has '${text}' twice.`,
        isCased ? "Remove one." : "Remove one; case makes no difference.",
      );
    }
    seen.add(form);
  }
}

/** Wildcards that say what a modifier says better. */
function checkWildcards(
  { text, value, isPlain, at }: YamlScalar,
  field: string,
  chain: readonly string[],
  { report }: Parameters<Check>[0],
): void {
  if (typeof value !== "string") return;
  if (isPlain && /^(yes|no|on|off|y|n)$/i.test(text)) {
    report.info(at, "value-ambiguous", `'${text}' is text here and a boolean to older tools.`, `Quote it: '${text}'.`);
  }
  const families = chain.filter(isModifier).map(familyOf);
  const isText = !families.some((family) =>
    ["regex", "cidr", "compare", "time", "exists", "fieldref"].includes(family),
  );
  if (!isText) return;
  if (/(?<!\\)\*\*/.test(text)) {
    report.info(
      at,
      "wildcard-doubled",
      `'${text}' has two wildcards side by side.`,
      "One '*' stands for any run of characters.",
    );
  }
  const pattern = parsePattern(text);
  const starts = pattern[0] === ANY;
  const ends = pattern.at(-1) === ANY;
  if (pattern.length === 1 && starts) {
    report.info(
      at,
      "wildcard-alone",
      "'*' alone holds for every value.",
      "Write `exists: true` if the field has to be there.",
    );
    return;
  }
  if (!starts && !ends) return;
  if (field === "") {
    report.info(
      at,
      "wildcard-in-keyword",
      "A keyword is looked for anywhere already.",
      "Leave the outer wildcards out.",
    );
  } else if (families.includes("place")) {
    const place = chain.find((one) => isModifier(one) && familyOf(one) === "place");
    const isNeedless = place === "contains" || (place === "startswith" && ends) || (place === "endswith" && starts);
    if (isNeedless)
      report.info(at, "wildcard-needless", `'${place}' puts the wildcard there already.`, "Leave it out.");
  } else if (pattern.slice(1, -1).every((part) => typeof part === "string")) {
    const better = starts && ends ? "contains" : starts ? "endswith" : "startswith";
    report.info(
      at,
      "wildcard-for-modifier",
      `'${text}' says '${better}' with wildcards.`,
      `Write \`${field}|${better}\` and leave the wildcard out.`,
    );
  }
}
