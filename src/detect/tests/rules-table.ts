import type { CorrelationRule, DetectionRule, RuleSet } from "#sigma";

type Rule = DetectionRule | CorrelationRule;

/** Where `docs/rules.md` holds the table that is made from the rules; all else in it is written by hand. */
export const tableMarks = {
  begin: "<!-- made from content/rules: begin -->",
  end: "<!-- made from content/rules: end -->",
};

/** The page with its table made anew, as Markdown. `folder` is the rules' folder, as `source.file` begins with it. */
export function withRulesTable(page: string, ruleSet: RuleSet, folder: string): string {
  const begin = page.indexOf(tableMarks.begin);
  const end = page.indexOf(tableMarks.end);
  if (begin < 0 || end < begin)
    throw new Error(`the page needs the lines "${tableMarks.begin}" and "${tableMarks.end}"`);
  return `${page.slice(0, begin)}${tableMarks.begin}\n\n${rulesTable(ruleSet, folder)}\n${page.slice(end)}`;
}

function rulesTable(ruleSet: RuleSet, folder: string): string {
  const silent = new Set(ruleSet.silent);
  const parts = new Map<string, Rule[]>();
  for (const rule of [...ruleSet.detections, ...ruleSet.correlations]) {
    const part = rule.source.file.slice(folder.length + 1).split("/", 1)[0]!;
    parts.set(part, [...(parts.get(part) ?? []), rule]);
  }
  const told = [...parts].sort(([one], [other]) => (one < other ? -1 : 1));
  return told.map(([part, rules]) => sectionOf(part, rules, silent, folder)).join("\n");
}

function sectionOf(part: string, rules: readonly Rule[], silent: ReadonlySet<string>, folder: string): string {
  const spoken = rules.filter(({ id }) => !silent.has(id)).sort(byFileAndDocument);
  const rows = spoken.map(
    (rule) =>
      `| [${rule.title}](../content/rules/${rule.source.file.slice(folder.length + 1)}) | ${rule.level} | ${asksOf(rule)} |`,
  );
  const serving = rules.length - spoken.length;
  const more = serving === 0 ? "" : `, and ${serving} that serve them without alerting by themselves`;
  return `### ${part}\n\n${spoken.length} rules${more}.\n\n| rule | level | looks at |\n| --- | --- | --- |\n${rows.join("\n")}\n`;
}

function asksOf(rule: Rule): string {
  if (rule.kind === "detection") return Object.values(pick(rule)).join(" ");
  return `${rule.type} over ${new Set(rule.rules).size === 1 ? "one rule" : `${new Set(rule.rules).size} rules`} within ${spanOf(rule.timespan)}`;
}

function pick({ logsource: { product, service, category } }: DetectionRule): Record<string, string> {
  return { ...(product && { product }), ...(service && { service }), ...(category && { category }) };
}

function spanOf(milliseconds: number): string {
  const minutes = milliseconds / 60_000;
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${minutes} min`;
}

function byFileAndDocument(one: Rule, other: Rule): number {
  if (one.source.file !== other.source.file) return one.source.file < other.source.file ? -1 : 1;
  return one.source.document - other.source.document;
}
