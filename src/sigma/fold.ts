/**
 * Case folding as both back ends do it: every UTF-16 unit or surrogate pair becomes its simple lower case, one for one.
 * Characters whose lower case has another length (`İ`) stay as they are, so that `?` and offsets keep their meaning.
 * `Σ` is always `σ`, also where JavaScript's own lower case would end a word in `ς`: parts must fold as the whole does.
 */
export function fold(text: string): string {
  const lower = text.toLowerCase();
  if (lower.length === text.length && !text.includes("Σ")) return lower;
  return Array.from(text, simpleLower).join("");
}

function simpleLower(character: string): string {
  const lower = character.toLowerCase();
  return lower.length === character.length ? lower : character;
}
