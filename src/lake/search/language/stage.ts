import type { Lookup } from "./ast.ts";
import { closest } from "./closest.ts";
import type { Scope } from "./compile-terms.ts";
import { columnsOf, type FieldKind, severityNumbers } from "./fields.ts";
import type { Parameters } from "./parameters.ts";
import type { FieldPlace } from "./places.ts";
import { Unusable } from "./unusable.ts";

/** What a search is so far, between two of its steps. */
export interface Stage {
  readonly scope: Scope;
  /** A table, or a subquery in parentheses. */
  readonly from: string;
  /** Conditions on its rows. */
  readonly where: readonly string[];
  readonly order: readonly Order[];
  readonly paged: boolean;
  /** Absent as long as rows are whole events or findings. */
  readonly columns?: readonly StageColumn[];
}

export interface Order {
  readonly sql: string;
  readonly down: boolean;
}

export interface StageColumn {
  /** Its name in SQL, one that we gave it: `c1`. */
  readonly sql: string;
  readonly title: string;
  readonly kind: Exclude<FieldKind, "json">;
  readonly lower: boolean;
}

export const idColumn: Readonly<Record<Lookup, string>> = { events: "uid", findings: "id" };

export function tableStage(lookup: Lookup, parameters: Parameters, now: number): Stage {
  return {
    scope: tableScope(lookup, parameters, now),
    from: lookup,
    where: [],
    order: [
      // Not by `time` itself: the engine would then filter by the newest times so far, and read records for want of the index.
      { sql: "toUnixTimestamp64Milli(time)", down: true },
      { sql: idColumn[lookup], down: true },
    ],
    paged: true,
  };
}

/** For after SELECT; empty where there is none. */
export function orderSql(order: readonly Order[]): string {
  if (order.length === 0) return "";
  return ` ORDER BY ${order.map(({ sql, down }) => `${sql} ${down ? "DESC" : "ASC"}`).join(", ")}`;
}

/** Columns that hold no capitals, so that they need not be folded and their indexes serve. */
const lowerCase = new Set(["uid", "id", "hash", "events"]);

function tableScope(lookup: Lookup, parameters: Parameters, now: number): Scope {
  return {
    parameters,
    now,
    record: "raw",
    places(name): FieldPlace[] {
      if (name.toLowerCase() === "raw") return [{ kind: "text", sql: "raw", title: "raw", lower: false }];
      const columns = columnsOf(name, lookup);
      if (columns.length === 0) return [{ kind: "json", path: name, title: name }];
      return columns.map((field) => ({
        kind: field.kind as Exclude<FieldKind, "json">,
        sql: field.name,
        title: field.name,
        lower: lowerCase.has(field.name),
        ...(field.name === "severity" ? { names: severityNumbers } : {}),
      }));
    },
  };
}

/** What later steps can ask of columns that a step has made. */
export function columnScope({ parameters, now }: Scope, columns: readonly StageColumn[]): Scope {
  const titles = columns.map(({ title }) => title);
  return {
    parameters,
    now,
    places(name, at): FieldPlace[] {
      const found =
        columns.find(({ title }) => title === name) ??
        columns.find(({ title }) => title.toLowerCase() === name.toLowerCase());
      if (found) return [found];
      const suggestion = closest(name, titles);
      throw new Unusable({
        code: "field",
        at,
        length: name.length,
        says: `There is no column ${name} after this step.`,
        expected: titles,
        ...(suggestion === undefined ? {} : { suggestion }),
      });
    },
  };
}
