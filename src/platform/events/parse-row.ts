/**
 * Parses one row of JSONEachRow. Throws a RangeError for a whole number that a number of JavaScript cannot hold: read
 * as it is, it would be a different number.
 */
export function parseRow<Row>(text: string): Row {
  // Most rows have no long run of digits and need no second look.
  if (!/\d{16}/.test(text)) return JSON.parse(text) as Row;
  return JSON.parse(text, function (this: unknown, key: string, value: unknown, context?: { source?: string }) {
    if (typeof value !== "number" || Number.isSafeInteger(value)) return value;
    if (context?.source !== undefined && /^-?\d+$/.test(context.source))
      throw new RangeError(`${key} is ${context.source}, past what a number can hold; select toString(${key})`);
    return value;
  }) as Row;
}
