/**
 * Control characters of a log, or of somebody's rule, must not reach a terminal, which would obey them, nor may marks that
 * turn the direction of writing hide what a line says. Colours are added afterwards.
 */
export function printable(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, "�");
}

/** The same for text of several lines. */
export function printableLines(text: string): string {
  return text.replace(/[^\n]+/g, printable);
}

/** JSON that means the same and holds no such character: `JSON.stringify` itself only escapes those below U+0020. */
export function printableJson(json: string): string {
  return json.replace(
    /[\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
