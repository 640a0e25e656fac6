import { ClickHouseError, parseError } from "@clickhouse/client";

/** An error as ClickHouse would have answered, for what is refused before the engine sees it. */
export function refusal(code: string, type: string, message: string): ClickHouseError {
  return new ClickHouseError({ code, type, message });
}

/** The library's errors as the client's: with the code and the type that ClickHouse gave. */
export function asClickHouseError(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof ClickHouseError) return error;
  const parsed = parseError(error);
  if (parsed !== error) parsed.cause = error;
  return parsed;
}
