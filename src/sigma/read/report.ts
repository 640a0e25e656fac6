import type { Finding } from "../rule.ts";
import type { Position } from "./positions.ts";

/** Collects findings about one document of a file; every offset is one of the file's text. */
export interface Report {
  error(at: number, code: string, message: string, advice: string): void;
  warning(at: number, code: string, message: string, advice: string): void;
  info(at: number, code: string, message: string, advice: string): void;
  positionOf(offset: number): Position;
  readonly findings: readonly Finding[];
  /** The first error: a document that has one is set aside. */
  readonly firstError: Finding | undefined;
}

export function createReport(file: string, positionOf: (offset: number) => Position): Report {
  const findings: Finding[] = [];
  let firstError: Finding | undefined;
  const add = (severity: Finding["severity"]) => (at: number, code: string, message: string, advice: string) => {
    const finding: Finding = { severity, code, message, advice, file, ...positionOf(at) };
    findings.push(finding);
    if (severity === "error") firstError ??= finding;
  };
  return {
    error: add("error"),
    warning: add("warning"),
    info: add("info"),
    positionOf,
    findings,
    get firstError() {
      return firstError;
    },
  };
}
