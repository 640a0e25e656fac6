import type { CaseDefinition, SourceDefinition } from "./source-definition.ts";

/** The page that lists what is recognised, as Markdown; `docs/sources.md` is this and nothing else. */
export function sourcesPage(definitions: readonly SourceDefinition[]): string {
  const byName = [...definitions].sort((one, other) => (one.source < other.source ? -1 : 1));
  const rows = byName.map((source) => {
    const name = source.reference ? `[${source.source}](${source.reference})` : source.source;
    const shapes = source.shapes.map(({ name: shape }) => shape).join(", ");
    return `| ${name} | ${source.about} | ${shapes} | ${sorted(knowledgeOf(source, "product"))} | ${sorted(knowledgeOf(source, "service"))} | ${sorted(knowledgeOf(source, "category"))} |`;
  });
  return `${head}\n${rows.join("\n")}\n`;
}

const head = `# What Meridian recognises

Each record is recognised by the keys that it has, not by its file's name, and given one kind: what product, service and
category it answers to, where rules' fields lie in it, where its time and host are, and which pipelines rewrite rules for
it. All of that is data in \`content/sources\` and \`content/pipelines\`; add a file there to teach Meridian a source.

- A record that nothing recognises is asked every rule, with fields where the rule names them.
- A line of text that nothing recognises is asked every rule except those for products whose logs are structured
  (\`content/pipelines/plain-text.yml\`).
- Where a column says nothing, nothing is known, and rules are not held back by it.
- Syslog times without a year (RFC 3164) get the year in which the file was last written, or the one before when they
  would lie more than a day after it.
- \`meridian scan --as PRODUCT[/SERVICE[/CATEGORY]]\` takes records that nothing recognises for events of that log source.

This page is made from the content: \`MERIDIAN_WRITE_DOCS=1 node --test src/ingest/kinds/sources-page.test.ts\`.

| source | what it is | shapes | products | services | categories |
| --- | --- | --- | --- | --- | --- |`;

type Key = "product" | "service" | "category";

function knowledgeOf(source: SourceDefinition, key: Key): Set<string> {
  const found = new Set(source.shapes.flatMap((shape) => shape[key] ?? []));
  collect(source, key, found);
  return found;
}

function collect(definition: CaseDefinition, key: Key, into: Set<string>): void {
  for (const word of definition[key] ?? []) into.add(word);
  for (const below of Object.values(definition.cases ?? {})) collect(below, key, into);
}

function sorted(words: ReadonlySet<string>): string {
  return [...words].sort().join(", ");
}
