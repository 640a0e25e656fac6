import type { Aggregate } from "./ast.ts";
import type { Scope } from "./compile-terms.ts";
import { fieldValue } from "./field-value.ts";
import type { ValuePlace } from "./places.ts";

/** One figure over a group. Empty values count as missing. */
export function aggregateSql({ does, of }: Aggregate, scope: Scope): { sql: string; kind: ValuePlace["kind"] } {
  if (of === undefined) return { sql: "count()", kind: "number" };
  const { sql, kind, present, number } = fieldValue(of, scope);
  switch (does) {
    case "count":
      return { sql: `countIf(${present})`, kind: "number" };
    case "dc":
      return { sql: kind === "list" ? `uniqExactArray(${sql})` : `uniqExactIf(${sql}, ${present})`, kind: "number" };
    case "min":
    case "max":
      if (kind === "time") return { sql: `${does}(${sql})`, kind };
      return { sql: `${does}(${number})`, kind: "number" };
    case "avg":
    case "sum":
      return { sql: `${does}(${number})`, kind: "number" };
    case "median":
    case "p90":
    case "p95":
    case "p99":
      return { sql: `quantileTDigest(${quantiles[does]})(${number})`, kind: "number" };
    case "values":
      return kind === "list"
        ? { sql: `arraySort(groupUniqArrayArray(100)(${sql}))`, kind: "list" }
        : { sql: `arraySort(groupUniqArrayIf(100)(toString(${sql}), ${present}))`, kind: "list" };
    case "first":
    case "last":
      return {
        sql: `${does === "first" ? "argMinIf" : "argMaxIf"}(${sql}, ${fieldValue({ name: "time", at: of.at }, scope).sql}, ${present})`,
        kind,
      };
  }
}

const quantiles = { median: 0.5, p90: 0.9, p95: 0.95, p99: 0.99 } as const;
