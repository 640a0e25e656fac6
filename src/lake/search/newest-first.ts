/** A stretch of time, in milliseconds since 1970; `to` is not included. */
export interface Window {
  readonly from: number;
  readonly to: number;
}

const first = 60_000;
const growth = 8;

/**
 * A time as windows, the newest first, each longer than the one before: a page of what is frequent is full after a look
 * at a minute, and what is rare costs a few looks more, the last of them at most of the time.
 */
export function* newestFirst({ from, to }: Window): Generator<Window, void, undefined> {
  let end = to;
  for (let width = first; end > from; width *= growth) {
    // What would be left is too little for a look of its own.
    const start = end - width - from < width ? from : end - width;
    yield { from: start, to: end };
    end = start;
  }
}
