import type { Finding } from "../rule.ts";
import type { Position } from "./positions.ts";

/** Findings of one document that are kept; a file of nothing but mistakes would make more of them than it has lines. */
export const mostFindings = 1000;

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
    const isFirstError = severity === "error" && firstError === undefined;
    if (findings.length > mostFindings && !isFirstError) return;
    if (findings.length === mostFindings && !isFirstError) {
      const message = `The document has more than ${mostFindings} findings; the others are left out.`;
      findings.push({
        severity: "info",
        code: "more-findings",
        message,
        advice: "Mend these first.",
        file,
        ...positionOf(at),
      });
      return;
    }
    const finding: Finding = { severity, code, message, advice, file, ...positionOf(at) };
    findings.push(finding);
    if (isFirstError) firstError = finding;
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
