import type { SourceFact } from "#intake";
import { findingId } from "../spine/finding-id.ts";
import { spell } from "../spine/entity-of.ts";
import type { FindingDraft } from "../spine/finding-rows.ts";

const rules = {
  "source.silent": { id: "meridian.source/silent", title: "A Log Source Fell Silent", level: "high", silent: 0 },
  // For the timeline, and for correlations; nobody is woken by good news.
  "source.returned": {
    id: "meridian.source/returned",
    title: "A Log Source Came Back",
    level: "informational",
    silent: 1,
  },
  "source.drifted": { id: "meridian.source/drifted", title: "A Log Source Changed Shape", level: "medium", silent: 0 },
} as const;

/** The finding of a built-in rule about a source: `entity` is the source. The same fact is the same finding. */
export function sourceFinding(fact: SourceFact, received: number): FindingDraft {
  const { id, title, level, silent } = rules[fact.name];
  const { source, at } = fact;
  return {
    id: findingId(id, source, String("since" in fact ? fact.since : at)),
    time: at,
    received,
    type: "health",
    rule: id,
    title,
    level,
    silent,
    muted: "",
    source,
    kind: "",
    site: "",
    host: "",
    user: "",
    entity: spell("source", source),
    tags: [],
    events: [],
    matched: JSON.stringify(valuesOf(fact)),
    fields: JSON.stringify({ source: [source] }),
    raw: "",
  };
}

/** As the matched values of a detection are told. */
function valuesOf(fact: SourceFact): readonly Readonly<Record<string, string>>[] {
  const about = (key: string, value: string) => ({ key, field: key, value });
  if (fact.name === "source.drifted") return fact.changes.map((change) => about("change", change));
  const since = about("since", new Date(fact.since).toISOString());
  if (fact.name === "source.returned") return [since];
  return [since, about("expectedPerMinute", String(Math.round(fact.expectedPerMinute * 100) / 100))];
}
