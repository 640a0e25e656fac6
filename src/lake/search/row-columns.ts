import { eventSchema, findingSchema } from "./contract.ts";
import type { Lookup } from "./language/ast.ts";

const columns: Readonly<Record<Lookup, readonly string[]>> = {
  events: Object.keys(eventSchema.shape),
  findings: Object.keys(findingSchema.shape),
};

/** The columns of an answer, for after SELECT. */
export function columnsSql(lookup: Lookup): string {
  return columns[lookup].join(", ");
}

/** A row without what is unknown; the record itself stays, whatever it is. */
export function withoutEmpty(row: object): object {
  return Object.fromEntries(
    Object.entries(row).filter(
      ([name, value]) =>
        name === "raw" || (value !== "" && value !== 0 && !(Array.isArray(value) && value.length === 0)),
    ),
  );
}
