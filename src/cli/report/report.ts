import type { ScanOutcome, TalliedRule } from "#detect";
import { type Level, levels } from "#sigma";

/** Turns findings into one document, piece by piece, so that no report has to fit into memory. */
export interface Report {
  begin(): string;
  /** `json` is the finding as one JSON object. */
  finding(json: string, rule: TalliedRule, time: number, host: string | null): string;
  end(summary: ReportSummary): string;
}

export interface ReportSummary {
  readonly outcome: ScanOutcome;
  /** Detections and correlations asked. */
  readonly rules: number;
  /** Documents set aside, with why. */
  readonly setAside: readonly { readonly id: string; readonly title: string; readonly reason: string }[];
  /** Wall time, ms. */
  readonly took: number;
  readonly version: string;
  readonly rulePaths: readonly string[];
  readonly logPaths: readonly string[];
  /** Epoch ms at which the scan began. */
  readonly began: number;
}

/** Severity has a shape and a word before it has a colour. */
export const levelSigns: Readonly<Record<Level, string>> = {
  critical: "◆",
  high: "▲",
  medium: "■",
  low: "●",
  informational: "○",
};

/** Most severe first. */
export const levelsBySeverity: readonly Level[] = levels.toReversed();
