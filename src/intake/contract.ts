import type { FormatName } from "#ingest";
import type { KnownLogSource } from "#sigma";

/** What one sender handed over in one go: a request's body, some syslog lines, a stretch of a file. */
export interface Delivery {
  /** The source's name, as its token or its listener says. */
  readonly source: string;
  /** Plain, not packed. Whoever takes it may transfer the buffer to a thread, after which it is empty here. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Left out: told by the bytes themselves. */
  readonly format?: FormatName;
  /**
   * The sender's own name for this delivery: the same key and bytes again are a retry. Without one, records that tell a
   * time are told apart by their bytes, and records that tell none by the whole delivery's.
   */
  readonly key?: string;
  /** Milliseconds since 1970. */
  readonly receivedAt: number;
  /** What records of an unknown shape are taken for, as people said of the source. */
  readonly as?: KnownLogSource;
  /** Where the source stands, as people said. */
  readonly site?: string;
  /**
   * What the door knows of all these records and their bytes don't say: `{ peer: "192.0.2.7" }`. Kept beside a record's own
   * fields, under `_intake`; no part of what tells records apart.
   */
  readonly facts?: Readonly<Record<string, string>>;
}

/** What became of a delivery. `accepted` events are on disk and every enabled rule was asked of them; retries count too. */
export interface Taken {
  readonly accepted: number;
  /** Kept as dead letters, with their bytes. */
  readonly rejected: number;
  /** The first of the rejected, at most 100. */
  readonly errors: readonly TakenError[];
}

export interface TakenError {
  /** 0-based number of the record in its delivery. */
  readonly index: number;
  /** Bytes from the start of the delivery. */
  readonly offset: number;
  /** Stable; the codes of `ReadingProblem`. */
  readonly code: string;
  readonly message: string;
}

/**
 * Stores and detects a delivery; resolves once both are durable. Throws the refusal `watch/busy` (429, `retryAfter`
 * seconds) when too much waits already or the store is slow or full; nothing of the delivery is promised then.
 */
export type Take = (delivery: Delivery, signal?: AbortSignal) => Promise<Taken>;

/** A record that could not be read, as whoever took it kept it. */
export interface KeptLetter {
  /** Stable; words of letters, digits, dashes and underscores. */
  readonly id: string;
  readonly source: string;
  /** Milliseconds since 1970. */
  readonly received: number;
  /** The codes of `ReadingProblem`. */
  readonly code: string;
  readonly message: string;
  /** How its delivery was read. */
  readonly format: string;
  /** Bytes that were kept. */
  readonly size: number;
}

export interface LetterFilter {
  readonly source?: string | undefined;
  readonly code?: string | undefined;
}

/** What this room asks of whoever keeps dead letters. */
export interface LetterBox {
  /** Newest first, by `received` and then `id`; `before` goes on behind a letter, and may name one that is gone. */
  list(
    filter: LetterFilter & {
      readonly before?: Pick<KeptLetter, "received" | "id"> | undefined;
      readonly limit: number;
    },
    signal?: AbortSignal,
  ): Promise<readonly KeptLetter[]>;
  /** The letter with its bytes; undefined when there is none. */
  open(
    id: string,
    signal?: AbortSignal,
  ): Promise<{ readonly letter: KeptLetter; readonly bytes: Uint8Array } | undefined>;
  /** How many letters each source and code has. */
  counts(
    signal?: AbortSignal,
  ): Promise<readonly { readonly source: string; readonly code: string; readonly count: number }[]>;
  /** Resolves once they are gone for good. */
  forget(ids: readonly string[], signal?: AbortSignal): Promise<void>;
}

/** What was found out about a source; announced under its name, and told to `onFact`. Times are milliseconds since 1970. */
export type SourceFact =
  | {
      readonly name: "source.silent";
      readonly source: string;
      readonly at: number;
      /** Of its last event. */
      readonly since: number;
      readonly expectedPerMinute: number;
    }
  | { readonly name: "source.returned"; readonly source: string; readonly at: number; readonly since: number }
  | {
      readonly name: "source.drifted";
      readonly source: string;
      readonly at: number;
      /** `+key` came and `-key` went; `kind:NAME` stands for a kind of event. */
      readonly changes: readonly string[];
    };
