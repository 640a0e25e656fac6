/**
 * "Any case" as the language means it: ASCII letters fold among themselves (ClickHouse's `lower`), every other character
 * matches its simple upper and lower case outside of ASCII. So `K` (the Kelvin sign) is no `k`, and whatever is asked
 * of an index, of a column or of a JavaScript string has one answer.
 */
export function foldAscii(text: string): string {
  return text.replace(/[A-Z]+/g, (upper) => upper.toLowerCase());
}

/** All spellings of one character that is not ASCII, itself first. */
export function spellingsOf(character: string): readonly string[] {
  const others = [character.toLowerCase(), character.toUpperCase()].filter(
    (other) => other !== character && Array.from(other).length === 1 && (other.codePointAt(0) ?? 0) > 0x7f,
  );
  return [character, ...new Set(others)];
}

export function isAscii(character: string): boolean {
  return (character.codePointAt(0) ?? 0) < 0x80;
}
