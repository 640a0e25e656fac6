import { foldAscii, isAscii, spellingsOf } from "./fold-case.ts";
import { any, type Glob } from "./glob.ts";
import { isWordCharacter, separators } from "./tokens.ts";

/** RE2 source, for text in lower case, of: the whole text is this. */
export function wholeRegex(glob: Glob): string {
  return `(?s)^${sourceOf(glob)}$`;
}

/** RE2 source, for text in lower case, of: this stands in the text, with whole words at its ends. */
export function wordsRegex(glob: Glob): string {
  const [first, last] = [glob[0], glob.at(-1)];
  const startsInWord = typeof first === "string" && isWordCharacter(Array.from(first)[0]);
  const endsInWord = typeof last === "string" && isWordCharacter(Array.from(last).at(-1));
  const inner = glob.slice(first === any ? 1 : 0, last === any && glob.length > 1 ? -1 : undefined);
  return `(?s)${startsInWord ? `(?:^|[${separators}])` : ""}${sourceOf(inner)}${endsInWord ? `(?:[${separators}]|$)` : ""}`;
}

function sourceOf(glob: Glob): string {
  return glob.map((part) => (typeof part === "string" ? literalSource(part) : part === any ? ".*" : ".")).join("");
}

function literalSource(text: string): string {
  return Array.from(foldAscii(text), (character) => {
    if (isAscii(character)) return asciiSource(character);
    const spellings = spellingsOf(character);
    return spellings.length === 1 ? character : `[${spellings.join("")}]`;
  }).join("");
}

function asciiSource(character: string): string {
  if (/[\da-z ]/.test(character)) return character;
  return `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`;
}

/** RE2 source of a literal in any ASCII case, for text as it is. */
export function anyCaseSource(text: string): string {
  return Array.from(text, (character) =>
    /[A-Za-z]/.test(character)
      ? `[${character.toLowerCase()}${character.toUpperCase()}]`
      : isAscii(character)
        ? asciiSource(character)
        : character,
  ).join("");
}
