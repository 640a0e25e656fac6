/** `"":1,`: less text can't hold a key and its value. */
const leastHidden = 5;

/**
 * Whether JSON text may hold values that parsing dropped, told by its length: `least` is what the parsed value needs,
 * and what is longer by less than `share` of the text is let pass. With a share of 0, false is proof.
 */
export function mayHideValues(text: string, least: number, share: number): boolean {
  const unexplained = text.length - least;
  if (unexplained < leastHidden || unexplained < text.length * share) return false;
  return unexplained - escapesOf(text) >= leastHidden;
}

/** One character for each `\` that begins an escape. In a hidden value they explain no more than half of it. */
function escapesOf(text: string): number {
  let escapes = 0;
  for (let at = text.indexOf("\\"); at >= 0; at = text.indexOf("\\", at + 2)) escapes++;
  return escapes;
}
