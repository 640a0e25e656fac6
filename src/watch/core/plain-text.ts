/** Text that records keep and pages show: well-formed, without control characters, no longer than a line. */
export function plainText(text: string, longest = 200): string {
  return text
    .slice(0, longest)
    .toWellFormed()
    .replace(/\p{Cc}/gu, "\u{fffd}");
}
