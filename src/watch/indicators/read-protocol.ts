import type { IndicatorType, NotTaken, Reach } from "./indicator.ts";

export const listFormats = ["csv", "stix", "text"] as const;
export type ListFormat = (typeof listFormats)[number];

/** An upload as the thread gets it that reads it. */
export interface ReadTask {
  readonly bytes: Uint8Array;
  readonly format: ListFormat;
  readonly type: IndicatorType | undefined;
  readonly reach: Reach;
}

export type ReadUpload =
  | {
      readonly ok: true;
      /** JSON of `Indicator[]` each, so that whoever takes them has other things done in between. */
      readonly parts: readonly string[];
      readonly count: number;
      readonly notTaken: readonly NotTaken[];
      readonly notTakenCount: number;
      readonly columns?: Readonly<Record<string, string>>;
    }
  | { readonly ok: false; readonly why: string };

/** Indicators of a part; each part is one change of the records. */
export const partSize = 2_000;
