import {
  eventTime,
  eventTimeBy,
  hostOf,
  readLog,
  toEvent,
  type FormatName,
  type LogInput,
  type LogRecord,
  type ReadingLimits,
  type ReadingProblem,
  type Recognise,
} from "#ingest";
import { fieldTexts, matchedValues, type DetectionRule, type Matcher, type SigmaEvent } from "#sigma";
import type { EventAddress } from "../contract.ts";

/**
 * What was found in a stretch of a file, in columns: the i-th finding is rule `rules[i]` at record `indices[i]`. Record
 * numbers count from the beginning of the stretch; whoever puts the stretches together adds what came before.
 */
export interface FoundPart {
  /** Records read in this part. */
  readonly events: number;
  /** In the last part of a stretch: record numbers that the whole stretch used up (unreadable records take one too). */
  readonly numbers?: number;
  /** Bytes of the file on disk consumed since the part before. */
  readonly consumed: number;
  readonly problems: readonly ReadingProblem[];
  readonly rules: readonly number[];
  readonly indices: readonly number[];
  /** Epoch ms; NaN where the event tells no time. */
  readonly times: readonly number[];
  readonly hosts: readonly (string | null)[];
  /** JSON of the finding from behind the record's number to its end. */
  readonly tails: readonly string[];
  readonly observations: readonly ObservedMatch[];
}

/** A match that a correlation wants to know of. */
export interface ObservedMatch {
  readonly rule: number;
  /** NaN: the event tells no time, so it can't be correlated. */
  readonly time: number;
  readonly address: EventAddress;
  readonly fields: Readonly<Record<string, readonly string[]>>;
}

export interface InputScanner {
  scan(input: LogInput, range: ScanRange, signal: AbortSignal): AsyncGenerator<FoundPart>;
}

/** A stretch that holds nothing but something that could not be read. */
export function lostPart(problem: ReadingProblem, consumed: number): FoundPart {
  return { ...emptyPart(), problems: [problem], consumed, numbers: 1 };
}

export interface ScanRange {
  readonly start?: number;
  readonly end?: number;
  readonly format?: FormatName;
  /** Added to each record's offset: where the input's bytes begin in the file they were cut from. */
  readonly offset?: number;
  /** When the log was last written, in ms since 1970; tells the year of times that have none. */
  readonly written?: number;
}

export interface ScannerParts {
  readonly matcher: Matcher;
  readonly recognise: Recognise;
  /** Ids of rules that feed correlations and do not alert by themselves. */
  readonly silent: ReadonlySet<string>;
  /** Rule id → fields that correlations ask of its matches. */
  readonly wants: ReadonlyMap<string, readonly string[]>;
  readonly limits: Partial<ReadingLimits>;
  readonly exactKeys: boolean;
}

/** Findings after which a part is handed on, so that a part stays small however much is found. */
const findingsPerPart = 2_000;
/** Events after which one is handed on all the same, so that progress is seen. */
const eventsPerPart = 4_000;

/** Reads inputs, asks the rules of each event and tells what was found; holds no more than one batch. */
export function createInputScanner(parts: ScannerParts): InputScanner {
  const { matcher, recognise, silent, wants } = parts;
  const numberOf = new Map<string, number>(matcher.rules.map((rule, number) => [rule.id, number]));

  function report(
    rule: DetectionRule,
    record: LogRecord,
    event: SigmaEvent,
    file: string,
    { offset: base = 0, written }: ScanRange,
    into: Part,
  ): void {
    const { body, kind } = event;
    const number = numberOf.get(rule.id)!;
    const told = written === undefined ? eventTime(body, kind) : eventTimeBy(body, kind, written);
    const time = told ?? Number.NaN;
    const host = hostOf(body, kind);
    const address: EventAddress = {
      file,
      index: record.index,
      offset: base + record.offset,
      length: record.length,
      ...(Number.isNaN(time) ? {} : { time: new Date(time).toISOString() }),
      ...(host === undefined ? {} : { host }),
      kind: kind.key,
    };
    const wanted = wants.get(rule.id);
    if (wanted) {
      const fields = Object.fromEntries(wanted.map((name) => [name, fieldTexts(rule, name, event)]));
      into.observations.push({ rule: number, time, address, fields });
    }
    if (silent.has(rule.id)) return;
    into.rules.push(number);
    into.indices.push(record.index);
    into.times.push(time);
    into.hosts.push(host ?? null);
    into.tails.push(tailOf(address, matchedValues(rule, event)));
  }

  return {
    async *scan(input, range, signal) {
      const { offset = 0, written: _, ...stretch } = range;
      let part = emptyPart();
      let numbers = 0;
      let consumed = 0;
      const exactly = parts.exactKeys ? { exactKeys: true } : {};
      for await (const batch of readLog(input, { limits: parts.limits, signal, ...exactly, ...stretch })) {
        for (const record of batch.records) {
          const event = toEvent(record, recognise);
          for (const rule of matcher.match(event)) report(rule, record, event, input.name, range, part);
        }
        part.events += batch.records.length;
        for (const { index } of [...batch.records.slice(-1), ...batch.problems]) numbers = Math.max(numbers, index + 1);
        for (const problem of batch.problems) part.problems.push({ ...problem, offset: offset + problem.offset });
        part.consumed += batch.consumed - consumed;
        consumed = batch.consumed;
        if (part.rules.length + part.observations.length >= findingsPerPart || part.events >= eventsPerPart) {
          yield part;
          part = emptyPart();
        }
      }
      yield { ...part, numbers };
    },
  };
}

type Part = { -readonly [K in keyof FoundPart]: FoundPart[K] extends readonly (infer T)[] ? T[] : FoundPart[K] };

export function emptyPart(): Part {
  return {
    events: 0,
    consumed: 0,
    problems: [],
    rules: [],
    indices: [],
    times: [],
    hosts: [],
    tails: [],
    observations: [],
  };
}

/** The one place that writes a finding's JSON: `{"rule":…,"level":…,"event":{"file":…,"index":` + number + tail. */
export function headOf(rule: DetectionRule, level: string, file: string): string {
  const { id, title, tags } = rule;
  const told = { id, title, tags, file: rule.source.file };
  return `{"rule":${JSON.stringify(told)},"level":"${level}","event":{"file":${JSON.stringify(file)},"index":`;
}

function tailOf({ file: _, index: __, ...rest }: EventAddress, matched: readonly unknown[]): string {
  return `,${JSON.stringify(rest).slice(1)},"matched":${JSON.stringify(matched)}}`;
}
