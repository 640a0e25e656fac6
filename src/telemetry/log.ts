import { spellJson, spellPretty } from "./spell-line.ts";

export const logLevels = ["debug", "info", "warn", "error"] as const;
export type LogLevel = (typeof logLevels)[number];
export type LogFormat = "json" | "pretty";
export type LogFields = Readonly<Record<string, unknown>>;

/** One thing that happened. Fields are data (JSON, errors, secrets); the message is a constant sentence without them. */
export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** The same log with fields that every line of it carries. */
  with(fields: LogFields): Log;
}

export interface LogSink {
  readonly level: LogLevel;
  readonly format: LogFormat;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Takes one whole line, its line feed included. */
  readonly write: (line: string) => void;
}

export interface LogLine {
  readonly at: number;
  readonly level: LogLevel;
  readonly message: string;
  readonly fields: LogFields;
}

export function createLog(sink: LogSink, always: LogFields = {}): Log {
  const spell = sink.format === "json" ? spellJson : spellPretty;
  const least = logLevels.indexOf(sink.level);
  const at = (level: LogLevel) =>
    logLevels.indexOf(level) < least
      ? () => {}
      : (message: string, fields: LogFields = {}) =>
          sink.write(`${spell({ at: sink.now(), level, message, fields: { ...always, ...fields } })}\n`);
  return {
    debug: at("debug"),
    info: at("info"),
    warn: at("warn"),
    error: at("error"),
    with: (fields) => createLog(sink, { ...always, ...fields }),
  };
}
