import type { JsonObject } from "#sigma";
import type { FormatName } from "../../contract.ts";

/** A made-up record, and how it is told in OCSF. */
export interface Sample {
  readonly of: string;
  readonly body: JsonObject;
  readonly format?: FormatName;
  readonly type: string;
  /** Attributes that must come out so, by dotted path. */
  readonly says: Readonly<Record<string, unknown>>;
}
