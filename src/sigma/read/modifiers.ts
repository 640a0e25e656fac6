import type { Report } from "./report.ts";

/** What a modifier makes of a field's values. One chain holds modifiers of one family, or of families that go together. */
const families = {
  contains: "place",
  startswith: "place",
  endswith: "place",
  windash: "text",
  base64: "text",
  base64offset: "text",
  wide: "text",
  utf16: "text",
  utf16le: "text",
  utf16be: "text",
  cased: "cased",
  re: "regex",
  i: "flag",
  m: "flag",
  s: "flag",
  ignorecase: "flag",
  multiline: "flag",
  dotall: "flag",
  cidr: "cidr",
  lt: "compare",
  lte: "compare",
  gt: "compare",
  gte: "compare",
  minute: "time",
  hour: "time",
  day: "time",
  week: "time",
  month: "time",
  year: "time",
  exists: "exists",
  fieldref: "fieldref",
  all: "any",
  neq: "any",
  expand: "any",
} as const;

export type Modifier = keyof typeof families;
type Family = (typeof families)[Modifier];

/** Families that may stand in one chain; `any` goes with each. */
const together: readonly (readonly Family[])[] = [
  ["place", "text", "cased"],
  ["regex", "flag", "place"],
  ["cidr"],
  ["compare", "time"],
  ["exists"],
  ["fieldref", "place", "cased"],
];

/** A key of a selection: `Field|mod|mod`. */
export interface Key {
  /** Empty for keywords. */
  readonly field: string;
  /** Makes sense as a whole. */
  readonly chain: readonly Modifier[];
  readonly written: string;
}

/** Splits a key; undefined when its chain makes no sense, which is then in the report. */
export function readKey(key: string, at: number, report: Report): Key | undefined {
  const [field = "", ...names] = key.split("|");
  const chain: Modifier[] = [];
  for (const name of names) {
    if (!isModifier(name)) {
      report.error(at, "unknown-modifier", `'${name}' in '${key}' is no Sigma modifier.`, adviceFor(name));
      return undefined;
    }
    if (chain.includes(name)) {
      report.warning(at, "repeated-modifier", `'${name}' stands twice in '${key}'.`, "Write it once.");
    } else chain.push(name);
  }
  const problem = contradiction(field, chain);
  if (problem) {
    report.error(at, "contradictory-modifiers", `'${key}': ${problem.message}`, problem.advice);
    return undefined;
  }
  return { field, chain, written: key };
}

export function isModifier(name: string): name is Modifier {
  return Object.hasOwn(families, name);
}

export function familyOf(modifier: Modifier): Family {
  return families[modifier];
}

interface Problem {
  readonly message: string;
  readonly advice: string;
}

function contradiction(field: string, chain: readonly Modifier[]): Problem | undefined {
  const typed = chain.filter((one) => families[one] !== "any");
  const of = (family: Family) => typed.filter((one) => families[one] === family);
  const used = new Set(typed.map((one) => families[one]));
  if (![...together].some((group) => [...used].every((family) => group.includes(family)))) {
    return {
      message: `the modifiers ${typed.map((one) => `'${one}'`).join(", ")} can't be used together.`,
      advice:
        "Keep one way of comparing: text (contains, startswith, endswith …), re, cidr, a number, a time, exists or fieldref.",
    };
  }
  for (const family of ["compare", "time", "place"] as const) {
    if (of(family).length > 1 && !(family === "place" && chain.includes("fieldref"))) {
      const message = `'${of(family).join("' and '")}' exclude each other.`;
      return {
        message,
        advice:
          family === "place"
            ? "'contains' holds wherever the value stands; keep one."
            : "Use two items of a map, one for each.",
      };
    }
  }
  if (of("place").length > 1)
    return { message: "a field reference takes one of startswith, endswith and contains.", advice: "Keep one." };
  if (used.has("flag") && !chain.includes("re")) {
    return { message: `'${of("flag")[0]}' is a flag of 're'.`, advice: "Write `re` before it, or leave it out." };
  }
  if (used.has("regex") && typed[0] !== "re") {
    return { message: "'re' takes the value as it is written.", advice: "Put `re` first." };
  }
  if (used.has("regex") && used.has("place") && (chain.includes("m") || chain.includes("multiline"))) {
    return {
      message: "with 'm' an anchor means a line, so startswith, endswith and contains can't be added.",
      advice: "Anchor the expression itself with ^ and $.",
    };
  }
  if (chain.includes("base64") && chain.includes("base64offset")) {
    return {
      message: "'base64' and 'base64offset' exclude each other.",
      advice: "`base64offset` for a part of the encoded text, `base64` for all of it.",
    };
  }
  const wide = typed.filter((one) => one === "wide" || one.startsWith("utf16"));
  if (wide.length > 1)
    return { message: `'${wide.join("' and '")}' exclude each other.`, advice: "Keep one encoding." };
  const encoded = typed.findIndex((one) => one === "base64" || one === "base64offset");
  const after = encoded === -1 ? undefined : typed.slice(encoded + 1).find((one) => families[one] === "text");
  if (after)
    return {
      message: `'${after}' comes too late, the value is in Base64 by then.`,
      advice: `Put \`${after}\` before \`${typed[encoded]}\`.`,
    };
  const early = encoded === -1 ? undefined : typed.slice(0, encoded).find((one) => families[one] === "place");
  if (early)
    return {
      message: `'${early}' before '${typed[encoded]}' would encode its wildcards.`,
      advice: `Put \`${early}\` after \`${typed[encoded]}\`.`,
    };
  if (chain.includes("exists") && chain.length > 1)
    return { message: "'exists' stands alone.", advice: "Say `true` or `false` as its value." };
  const needsField = typed.find((one) => ["cidr", "compare", "time", "exists", "fieldref"].includes(families[one]));
  if (field === "" && needsField)
    return { message: `'${needsField}' needs a field.`, advice: "Write the field's name before it." };
  return undefined;
}

/** Words of other tools and old habits, and what they are in Sigma. */
const otherwise: Readonly<Record<string, string>> = {
  equals: "Leave it out: without a modifier the value is compared as a whole.",
  eq: "Leave it out: without a modifier the value is compared as a whole.",
  ne: "Use `neq`.",
  not: "Use `neq`, or a selection of its own and `not` in the condition.",
  ends: "Use `endswith`.",
  begins: "Use `startswith`.",
  beginswith: "Use `startswith`.",
  regex: "Use `re`.",
  regexp: "Use `re`.",
  or: "Leave it out: a list's values are alternatives.",
  any: "Leave it out: a list's values are alternatives.",
  and: "Use `all`.",
  "": "Remove the stray `|`.",
};

function adviceFor(name: string): string {
  const known = Object.hasOwn(otherwise, name.toLowerCase()) ? otherwise[name.toLowerCase()] : undefined;
  if (known) return known;
  const near = Object.keys(families).filter((one) => one.length > 1 && distance(one, name.toLowerCase()) <= 2);
  return near.length > 0
    ? `Did you mean \`${near.join("` or `")}\`?`
    : `Use one of ${Object.keys(families)
        .map((one) => `\`${one}\``)
        .join(", ")}.`;
}

/** Edits between two short words. */
function distance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 2) return 3;
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length]!;
}
