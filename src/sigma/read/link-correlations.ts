import type { CorrelationRule, DetectionRule } from "../rule.ts";
import { inCircles, type Uses, usesOf } from "./circles.ts";
import type { Usable } from "./link-rules.ts";
import type { ReadDocument } from "./read-documents.ts";
import { entryOf } from "./yaml/node.ts";

export interface LinkedCorrelations {
  readonly correlations: readonly Usable<CorrelationRule>[];
  /** Ids of rules that don't alert by themselves. */
  readonly silent: readonly string[];
}

/**
 * Sets correlations aside whose rules are missing, were set aside themselves, or lead back to the correlation. A rule is
 * silent when correlations use it and none of them says `generate: true`.
 */
export function linkCorrelations(
  detections: readonly Usable<DetectionRule>[],
  correlations: readonly Usable<CorrelationRule>[],
  documents: readonly ReadDocument[],
): LinkedCorrelations {
  const all: readonly Usable<DetectionRule | CorrelationRule>[] = [...detections, ...correlations];
  const byReference = new Map<string, Usable<DetectionRule | CorrelationRule>>();
  for (const one of all) if (one.rule.name !== undefined) byReference.set(one.rule.name, one);
  for (const one of all) byReference.set(one.rule.id, one);

  checkReferences(correlations, byReference, documents);
  checkAliases(correlations, byReference);
  const own = new Map<unknown, Usable<CorrelationRule>>(correlations.map((one) => [one, one]));
  const uses = usesOf(correlations, ({ rule }) =>
    rule.rules.flatMap((reference) => own.get(byReference.get(reference)) ?? []),
  );
  checkCircles(uses);
  breakUsers(uses);
  const usable = correlations.filter(({ read }) => !read.report.firstError);

  const generate = new Map<string, boolean>();
  for (const { rule } of usable) {
    for (const reference of rule.rules) {
      const { id } = byReference.get(reference)!.rule;
      generate.set(id, (generate.get(id) ?? false) || rule.generate);
    }
  }
  return { correlations: usable, silent: [...generate].filter(([, alone]) => !alone).map(([id]) => id) };
}

type ByReference = ReadonlyMap<string, Usable<DetectionRule | CorrelationRule>>;

function checkReferences(
  correlations: readonly Usable<CorrelationRule>[],
  byReference: ByReference,
  documents: readonly ReadDocument[],
): void {
  const unusable = new Map<string, ReadDocument>();
  for (const read of documents) {
    if (!read.report.firstError || !read.root) continue;
    for (const key of ["id", "name"]) {
      const value = entryOf(read.root, key)?.value;
      if (value?.kind === "scalar") unusable.set(value.text, read);
    }
  }
  for (const { rule, read } of correlations) {
    for (const reference of rule.rules) {
      if (byReference.has(reference)) continue;
      const at = placeOf(read, reference);
      const broken = unusable.get(reference);
      if (broken) {
        read.report.error(
          at,
          "correlation-rule-set-aside",
          `The rule '${reference}' was set aside (${broken.file}), so the correlation can't hold.`,
          "Mend that rule first.",
        );
      } else {
        read.report.error(
          at,
          "correlation-missing-rule",
          `There is no rule '${reference}'.`,
          "Load the rule too, or check its id or name.",
        );
      }
    }
  }
}

/** An alias may call a rule by its name where `rules` has its id, or the other way round; but it has to be one of them. */
function checkAliases(correlations: readonly Usable<CorrelationRule>[], byReference: ByReference): void {
  for (const { rule, read } of correlations) {
    const own = new Set(rule.rules.map((reference) => byReference.get(reference)));
    for (const [alias, fields] of Object.entries(rule.aliases)) {
      for (const reference of Object.keys(fields)) {
        const target = byReference.get(reference);
        if (target && own.has(target)) continue;
        const message = `The alias '${alias}' names '${reference}', which is not among the correlation's rules.`;
        const advice = "Name one of its rules, by id or name.";
        read.report.error(placeOfAlias(read, alias, reference), "correlation-alias-rule", message, advice);
      }
    }
  }
}

/** Correlations that are built on themselves can't ever hold. */
function checkCircles(uses: Uses<Usable<CorrelationRule>>): void {
  for (const { rule, read } of inCircles(uses)) {
    const message = "The correlation is built on itself, by way of the rules that it names.";
    read.report.error(placeOf(read, rule.rules[0]!), "correlation-cycle", message, "Break the circle.");
  }
}

/** What stands on a broken correlation is broken too. */
function breakUsers({ uses, usedBy }: Uses<Usable<CorrelationRule>>): void {
  const open = [...uses.keys()].filter(({ read }) => read.report.firstError);
  for (let broken = open.pop(); broken !== undefined; broken = open.pop()) {
    for (const user of usedBy.get(broken)!) {
      const { rule, read } = user;
      if (read.report.firstError) continue;
      const { id, name, title } = broken.rule;
      const reference = rule.rules.find((one) => one === id || one === name)!;
      const message = `The correlation '${title}' was set aside, so this one can't hold.`;
      const advice = "Mend that correlation first.";
      read.report.error(placeOf(read, reference), "correlation-rule-set-aside", message, advice);
      open.push(user);
    }
  }
}

function placeOfAlias(read: ReadDocument, alias: string, reference: string): number {
  const section = read.root && entryOf(read.root, "correlation")?.value;
  const aliases = section?.kind === "map" ? entryOf(section, "aliases")?.value : undefined;
  const fields = aliases?.kind === "map" ? entryOf(aliases, alias)?.value : undefined;
  const field = fields?.kind === "map" ? entryOf(fields, reference) : undefined;
  return field?.keyAt ?? placeOf(read, reference);
}

function placeOf({ root, at }: ReadDocument, reference: string): number {
  const section = root && entryOf(root, "correlation")?.value;
  const rules = section?.kind === "map" ? entryOf(section, "rules")?.value : undefined;
  if (rules?.kind === "list") {
    return rules.items.find((item) => item.kind === "scalar" && item.text === reference)?.at ?? rules.at;
  }
  return rules?.at ?? section?.at ?? at;
}
