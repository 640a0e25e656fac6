import type { IngestKind } from "#ingest";
import { type DetectionRule, eventColumns, type EventKind, explain, rawPrefilter, ruleToSql } from "#sigma";
import { printable } from "../printable.ts";
import { refuse } from "../refuse.ts";

export interface RuleSql {
  /** Keys of the kinds that the rule is asked of. */
  readonly kinds: readonly string[];
  /** Chosen ones that it isn't asked of. */
  readonly notAsked: readonly { readonly kind: string; readonly why: string }[];
  /** True for exactly the events that the rule holds for: over columns `kind`, `texts` and `containers`. */
  readonly sql: string;
  /** True for those, and few others: over columns `kind` and `raw`, as the lake is asked before the matcher. */
  readonly prefilter: string;
}

const columns = { kindColumn: "kind", readable: true } as const;

/** The rule's question as ClickHouse SQL. `chosen`: parts of kinds' keys; left out: all that the rule's log source fits. */
export function ruleSql(
  rule: DetectionRule,
  every: readonly EventKind[],
  chosen: readonly string[] | undefined,
): RuleSql {
  const asked: EventKind[] = [];
  const notAsked: { kind: string; why: string }[] = [];
  for (const kind of chosen ? kindsNamed(rule, every, chosen) : every) {
    const why = whyNot(rule, kind);
    if (why === undefined) asked.push(kind);
    else if (chosen) notAsked.push({ kind: kind.key, why });
  }
  return {
    kinds: asked.map(({ key }) => key),
    notAsked,
    sql: ruleToSql(rule, asked, { ...columns, columns: eventColumns }),
    prefilter: rawPrefilter(rule, asked, { ...columns, rawColumn: "raw", folded: isFolded }),
  };
}

export function sqlInWords({ kinds, notAsked, sql, prefilter }: RuleSql): string {
  const lines = [`-- asked of ${kinds.length === 0 ? "no kind of event" : listed(kinds)}`];
  for (const { kind, why } of notAsked) lines.push(`-- not asked of ${kind}: ${why}`);
  return [
    ...lines,
    "",
    "-- the whole rule, of a table with the columns kind, texts and containers",
    sql,
    "",
    "-- what the lake's events are asked, by their columns kind and raw, before the matcher has the last word",
    prefilter,
  ].join("\n");
}

function kindsNamed(rule: DetectionRule, every: readonly EventKind[], chosen: readonly string[]): readonly EventKind[] {
  const found = new Set<EventKind>();
  for (const wanted of chosen) {
    const exact = every.filter(({ key }) => key === wanted);
    const some = exact.length > 0 ? exact : every.filter(({ key }) => key.includes(wanted));
    if (some.length === 0) {
      const fitting = every.filter((kind) => whyNot(rule, kind) === undefined);
      throw refuse("unknown-kind", { wanted, some: listed(fitting.map(({ key }) => key)) });
    }
    for (const kind of some) found.add(kind);
  }
  return [...found];
}

/** Why the matcher would not ask the rule of such an event; undefined: it would. */
function whyNot(rule: DetectionRule, kind: EventKind): string | undefined {
  const { mismatches, refusal } = explain(rule, { kind, body: {} });
  if (mismatches.length > 0)
    return mismatches
      .map(({ key, rule: stated, known }) => `the rule is for ${key} ${printable(stated)}, this is ${orNone(known)}`)
      .join("; ");
  return refusal && `${refusal.pipeline} says ${printable(refusal.reason)}`;
}

const orNone = (known: readonly string[]) => (known.length === 0 ? "of none" : known.join(", "));

const listedAtMost = 12;

function listed(keys: readonly string[]): string {
  const more = keys.length - listedAtMost;
  return `${keys.slice(0, listedAtMost).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

/** Values that an exporter folded into text (JSON or XML in a string) don't stand in the event's bytes as they are. */
function isFolded(kind: EventKind): boolean {
  return (kind as Partial<IngestKind>).unfold !== undefined;
}
