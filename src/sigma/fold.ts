/**
 * Case folding as both back ends do it: every UTF-16 unit or surrogate pair becomes its simple lower case, one for one.
 * Characters whose lower case has another length (`İ`) stay as they are, so that `?` and offsets keep their meaning.
 */
export function fold(text: string): string {
  const lower = text.toLowerCase();
  return lower.length === text.length ? lower : Array.from(text, simpleLower).join("");
}

function simpleLower(character: string): string {
  const lower = character.toLowerCase();
  return lower.length === character.length ? lower : character;
}
