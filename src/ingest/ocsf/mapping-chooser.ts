import type { JsonObject } from "#sigma";
import { AttributeValues } from "./attribute-values.ts";
import type { CompiledEvent, Source } from "./compile-mapping.ts";

/** Tells the first mapping that fits a record. What several mappings look at is read once. */
export function mappingChooser(events: readonly CompiledEvent[]): (body: JsonObject) => CompiledEvent | undefined {
  const sources = new Map<string, number>();
  const looked: Source[] = [];
  const numbered = events.map((event) => ({
    event,
    where: event.where.map(({ source, texts }) => {
      const key = JSON.stringify(source.places);
      const known = [...sources].find(([name, at]) => name === key && looked[at]!.convert === source.convert)?.[1];
      const index = known ?? looked.push(source) - 1;
      sources.set(key, index);
      return { index, texts };
    }),
  }));
  if (looked.length === 0) return () => events[0];
  const values = new AttributeValues(looked.map((source) => ({ to: [], source })));
  const only = looked.length === 1 ? byOneText(numbered) : undefined;
  return (body) => {
    values.open(body);
    if (only) return only(values.peek(0) ?? "");
    const seen: (string | undefined)[] = [];
    const said = (index: number) => (seen[index] ??= values.peek(index) ?? "");
    return numbered.find(({ where }) => where.every(({ index, texts }) => texts.has(said(index))))?.event;
  };
}

interface Numbered {
  readonly event: CompiledEvent;
  readonly where: readonly { readonly texts: ReadonlySet<string> }[];
}

/** All mappings look at one field (a Windows channel's at EventID): what it says leads to its mapping at once. */
function byOneText(events: readonly Numbered[]): (text: string) => CompiledEvent | undefined {
  const fitting = (text: string) => events.find(({ where }) => where.every(({ texts }) => texts.has(text)))?.event;
  const named = new Set(events.flatMap(({ where }) => where.flatMap(({ texts }) => [...texts])));
  const table = new Map([...named].map((text) => [text, fitting(text)]));
  const otherwise = events.find(({ where }) => where.length === 0)?.event;
  return (text) => (table.has(text) ? table.get(text) : otherwise);
}
