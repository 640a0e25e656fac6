import type { CorrelationRule, DetectionRule, FilterRule, Finding } from "../rule.ts";
import type { RuleSet, SetAside } from "../rule-set.ts";
import { applyFilters } from "./apply-filters.ts";
import { linkCorrelations } from "./link-correlations.ts";
import type { ReadDocument } from "./read-documents.ts";
import { entryOf } from "./yaml/node.ts";

/** A document that may be used, with what is needed to report about it. */
export interface Usable<T> {
  readonly rule: T;
  readonly read: ReadDocument;
}

/** Brings documents together that were read one by one. */
export function linkRules(documents: readonly ReadDocument[]): RuleSet {
  const detections: Usable<DetectionRule>[] = [];
  const correlations: Usable<CorrelationRule>[] = [];
  const filters: Usable<FilterRule>[] = [];
  const ids = new Map<string, string>();
  const names = new Map<string, string>();
  for (const read of documents) {
    const { document } = read;
    if (!document) continue;
    checkUnique(document.id, "id", ids, read);
    if (document.name !== undefined) checkUnique(document.name, "name", names, read);
    if (read.report.firstError) continue;
    if (document.kind === "detection") detections.push({ rule: document, read });
    else if (document.kind === "correlation") correlations.push({ rule: document, read });
    else filters.push({ rule: document, read });
  }
  const filtered = applyFilters(detections, correlations, filters);
  const linked = linkCorrelations(filtered, correlations, documents);
  const findings: Finding[] = documents.flatMap((read) => read.report.findings);
  const aside: SetAside[] = documents.flatMap((read) =>
    read.report.firstError ? [setAside(read, read.report.firstError)] : [],
  );
  return {
    detections: filtered.map((one) => one.rule),
    correlations: linked.correlations.map((one) => one.rule),
    setAside: aside,
    findings,
    silent: linked.silent,
  };
}

/** The first to have an id or a name keeps it; a later one can't be told from it and is set aside. */
function checkUnique(
  value: string,
  key: "id" | "name",
  seen: Map<string, string>,
  { root, report, at, file }: ReadDocument,
): void {
  const before = seen.get(value);
  if (before === undefined) seen.set(value, file);
  else {
    const place = root && entryOf(root, key)?.value.at;
    report.error(
      place ?? at,
      `duplicate-${key}`,
      `The ${key} '${value}' is already taken by ${before === file ? "another document of this file" : before}.`,
      key === "id" ? "Give it an id of its own; if it is the same rule, remove one." : "Give it another name.",
    );
  }
}

/** What people know a document by that can't be used. */
function setAside({ root, file, index }: ReadDocument, reason: Finding): SetAside {
  const text = (key: string) => {
    const value = root && entryOf(root, key)?.value;
    return value?.kind === "scalar" && value.text !== "" ? value.text : undefined;
  };
  return { id: text("id") ?? `${file}#${index}`, title: text("title") ?? "", file, reason };
}
