/** Messages cut out of a stream of syslog over TCP. */
export interface SyslogFrames {
  /**
   * Takes the next bytes; hands on each whole message, without its frame. A message's bytes are valid until the next call. `cut`:
   * it was longer than the limit and this is its beginning; the rest is passed over.
   */
  push(bytes: Uint8Array, take: (message: Uint8Array, cut: boolean) => void): void;
  /** The stream has ended: what is left is a message without its end. */
  end(take: (message: Uint8Array, cut: boolean) => void): void;
  /** Bytes held of a message that is not whole yet. */
  readonly held: number;
}

const newline = 10;
const space = 32;
/** Digits of a length, as RFC 6587 gives it no bound. */
const mostDigits = 9;

/**
 * RFC 6587: each message says its length first (section 3.4.1, octet counting; the one way of RFC 5425), or ends with a line
 * feed (3.4.2). Which it is shows in a message's first byte: a length begins with a digit that is not 0, a message with `<`. Senders are
 * known to mix, so each message is asked. A digit that begins no length begins a line.
 */
export function syslogFrames(mostBytes: number): SyslogFrames {
  let held = new Uint8Array(2_048);
  let start = 0;
  let end = 0;
  /** Bytes, or a line's rest, that are passed over. */
  let passing = 0;
  let passingLine = false;
  /** Up to where there is no line feed. */
  let searched = 0;

  function keep(bytes: Uint8Array): void {
    if (start > 0 && (start === end || held.length - end < bytes.length)) {
      held.copyWithin(0, start, end);
      end -= start;
      searched -= start;
      start = 0;
    }
    if (held.length - end < bytes.length) {
      const larger = new Uint8Array(Math.max(held.length * 2, end + bytes.length));
      larger.set(held.subarray(0, end));
      held = larger;
    }
    held.set(bytes, end);
    end += bytes.length;
  }

  /** Bytes of the message's body, once its length has been read: `undefined` while that is not whole, -1 where it is none. */
  function counted(): { readonly from: number; readonly length: number } | "more" | "none" {
    let at = start;
    let length = 0;
    for (; at < end && at - start < mostDigits; at += 1) {
      const digit = held[at]! - 48;
      if (digit < 0 || digit > 9) break;
      length = length * 10 + digit;
    }
    if (at === end) return at - start < mostDigits ? "more" : "none";
    return at > start && held[at] === space && length > 0 ? { from: at + 1, length } : "none";
  }

  function next(take: (message: Uint8Array, cut: boolean) => void): boolean {
    if (passing > 0) {
      const gone = Math.min(passing, end - start);
      start += gone;
      passing -= gone;
      return passing === 0 && start < end;
    }
    if (passingLine) {
      const stop = held.subarray(start, end).indexOf(newline);
      start = stop < 0 ? end : start + stop + 1;
      passingLine = stop < 0;
      return start < end;
    }
    // Blank lines and NULs between messages are what some senders end theirs with.
    while (start < end && isEnd(held[start])) start += 1;
    if (start === end) return false;
    const first = held[start]!;
    if (first > 48 && first <= 57) {
      const frame = counted();
      if (frame === "more") return false;
      if (frame !== "none") {
        const whole = Math.min(frame.length, mostBytes);
        if (end - frame.from < whole) return false;
        take(held.subarray(frame.from, frame.from + whole), whole < frame.length);
        start = frame.from + whole;
        passing = frame.length - whole;
        return start < end;
      }
    }
    const from = Math.max(start, searched);
    const stop = held.subarray(from, end).indexOf(newline);
    if (stop < 0 && end - start <= mostBytes) {
      searched = end;
      return false;
    }
    const to = stop < 0 ? end : from + stop;
    if (to - start > mostBytes) {
      take(held.subarray(start, start + mostBytes), true);
      start += mostBytes;
      passingLine = true;
      return true;
    }
    if (to > start) take(held.subarray(start, to), false);
    start = to + 1;
    return start < end;
  }

  return {
    get held() {
      return end - start;
    },
    push(bytes, take) {
      keep(bytes);
      while (next(take));
    },
    end(take) {
      if (passing === 0 && !passingLine && end > start)
        take(held.subarray(start, Math.min(end, start + mostBytes)), end - start > mostBytes);
      start = end;
    },
  };
}

function isEnd(byte: number | undefined): boolean {
  return byte === newline || byte === 13 || byte === 0;
}
