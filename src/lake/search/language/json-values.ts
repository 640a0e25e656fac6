import { foldAscii } from "./fold-case.ts";
import { anyCaseSource } from "./glob-regex.ts";
import type { Parameters } from "./parameters.ts";

/**
 * SQL for the values of a record's own field, as an `Array(String)`: texts as they are, numbers and booleans as JSON
 * spells them; nothing for null and for what holds more (an array counts as its members). A path with dots leads from
 * the record's root, arrays on the way passed through; a bare name is looked up at every depth. Names match in any ASCII
 * case, and a name may hold dots itself.
 */
export function jsonValuesSql(path: string, json: string, parameters: Parameters): string {
  const steps = path.split(".").filter((step) => step !== "");
  const deep = `extractAll(${json}, ${parameters.text(anywhere(path))})`;
  const found = steps.length > 1 ? `arrayConcat(${walked(steps, json, parameters)}, ${deep})` : deep;
  const members = `arrayFlatten(arrayMap(x -> if(startsWith(x, '['), JSONExtractArrayRaw(x), [x]), ${found}))`;
  const leaves = `arrayFilter(x -> x != '' AND x != 'null' AND NOT startsWith(x, '{') AND NOT startsWith(x, '['), ${members})`;
  return `arrayMap(x -> if(startsWith(x, '"'), JSONExtractString(x), x), ${leaves})`;
}

function walked(steps: readonly string[], json: string, parameters: Parameters): string {
  return steps.reduce(
    (from, step) =>
      `arrayMap(x -> JSONExtractRawCaseInsensitive(x, ${parameters.text(step)}), arrayFlatten(arrayMap(x -> if(startsWith(x, '['), JSONExtractArrayRaw(x), [x]), ${from})))`,
    `[${json}]`,
  );
}

/** RE2 source: a key of this name and, captured, its value where that is a leaf or an array of leaves. */
function anywhere(name: string): string {
  const text = String.raw`"(?:[^"\\]|\\.)*"`;
  const array = String.raw`\[(?:[^"\[\]{}]|${text})*\]`;
  return `(?s)"${anyCaseSource(JSON.stringify(name).slice(1, -1))}"\\s*:\\s*(${array}|${text}|[^\\s"\\[\\]{},]+)`;
}

/** The path's names as whole tokens of the record's text. */
export function pathTokens(path: string): string[] {
  const names = JSON.stringify(path)
    .slice(1, -1)
    .replace(/\\[nrt\\]/g, " ")
    .split(/[\u0000-\u002f:-@[-`{-\u007f]+/);
  // oxlint-disable-next-line no-control-regex -- the tokenizer cuts at every one of them
  return names.filter((name) => /^[\dA-Za-z]+$/.test(name)).map(foldAscii);
}
