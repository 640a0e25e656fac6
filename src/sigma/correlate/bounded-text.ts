/** Characters of a value that are kept; any public rule's group-by value is far shorter. */
const longest = 512;
const shownOfLonger = 200;

/** Whether `boundedText` keeps the text whole. */
export const isKeptWhole = (text: string): boolean => text.length <= longest;

/**
 * A text as state may keep it: memory is bounded by the number of texts, whatever a log holds. A longer one becomes its
 * beginning, its length and a digest, so that different texts stay different.
 */
export function boundedText(text: string): string {
  if (isKeptWhole(text)) return detached(text);
  return detached(`${text.slice(0, shownOfLonger)}… (${text.length} characters, ${digest(text)})`);
}

/** A copy: a slice of a log line would keep the whole line in memory. The shortest texts are never slices. */
function detached(text: string): string {
  return text.length < 13 ? text : (JSON.parse(JSON.stringify(text)) as string);
}

/** 64 bits that any change of the text changes; not meant against someone who seeks two texts of one digest. */
function digest(text: string): string {
  let high = 0x811c9dc5;
  let low = 0x01000193;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    high = Math.imul(high ^ unit, 0x85ebca6b);
    low = Math.imul(low ^ unit, 0xc2b2ae35) ^ (high >>> 15);
  }
  return [high, low].map((half) => (half >>> 0).toString(16).padStart(8, "0")).join("");
}
