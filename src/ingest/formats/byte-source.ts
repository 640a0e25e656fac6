/** Bytes in order, pulled into the reader's own buffer. Never throws for what the bytes are; see `fault`. */
export interface ByteSource extends AsyncDisposable {
  /** Fills `into` from `at`, at least one byte and perhaps fewer than fit; 0 at the end. Throws only when aborted. */
  read(into: Buffer, at: number): Promise<number>;
  /** Bytes taken so far from what lies on disk. */
  readonly consumed: number;
  /** Why the bytes ended before their end, once `read` has answered 0. */
  readonly fault: SourceFault | undefined;
  /** Whether a read may be under way while nobody waits for it: true of files, which always answer. */
  readonly mayReadAhead: boolean;
  /** Goes on at an address; false where there are none. */
  seek?(position: number): boolean;
}

export interface SourceFault {
  readonly code: "unreadable" | "not-a-log" | "read-failed" | "truncated" | "damaged" | "bomb" | "nested";
  readonly message: string;
}

/** What the system says of a failed call, without its stack: `EACCES: permission denied`. */
export function systemReason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.message.replace(/, (open|read|stat|lstat|scandir|realpath|opendir) .*$/s, "").replace(/, read$/, "");
}
