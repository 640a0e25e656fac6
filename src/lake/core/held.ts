import type { KeptTable } from "../tables.ts";
import { anyOf, type Condition } from "./condition.ts";

export interface HoldQuery {
  /** "" for any; all that are given have to hold. Names of hosts and users in any case. */
  readonly source: string;
  readonly host: string;
  readonly user: string;
  /** Milliseconds since 1970, both included. */
  readonly from_time: number | null;
  readonly to_time: number | null;
}

/** Which rows some hold keeps. What a table has no column for (a dead letter's host is unknown) is held to be safe. */
export function heldCondition(table: KeptTable, holds: readonly HoldQuery[]): Condition {
  const letters = table === "dead_letters";
  return anyOf(
    holds.map((hold, index) => {
      const parameters: Record<string, string | number> = {};
      const tests = ["1"];
      const test = (name: string, type: string, value: string | number | null, sql: (hole: string) => string) => {
        if (value === null || value === "") return;
        parameters[`hold_${name}_${index}`] = value;
        tests.push(sql(`{hold_${name}_${index}:${type}}`));
      };
      const time = letters ? "received" : "time";
      test("source", "String", hold.source, (hole) => `source = ${hole}`);
      if (!letters) {
        test("host", "String", hold.host, (hole) => `lowerUTF8(host) = lowerUTF8(${hole})`);
        test("user", "String", hold.user, (hole) => `lowerUTF8(user) = lowerUTF8(${hole})`);
      }
      test("from", "Int64", hold.from_time, (hole) => `${time} >= fromUnixTimestamp64Milli(${hole})`);
      test("to", "Int64", hold.to_time, (hole) => `${time} <= fromUnixTimestamp64Milli(${hole})`);
      return { sql: tests.join(" and "), parameters };
    }),
  );
}
