import type { FieldKind } from "./fields.ts";

/** Where a field lies: a column of what is being read, or a path in the record's JSON. */
export type FieldPlace =
  | { readonly kind: "json"; readonly path: string; readonly title: string }
  | {
      readonly kind: Exclude<FieldKind, "json">;
      readonly sql: string;
      readonly title: string;
      /** Its texts have no capitals. */
      readonly lower: boolean;
      /** `severity`: its numbers have names. */
      readonly names?: Readonly<Record<string, number>>;
    };

/** A place whose values are numbers in some order. */
export type ValuePlace = Extract<FieldPlace, { readonly sql: string }>;
