import type { Finding } from "../../rule.ts";
import type { RuleSet } from "../../rule-set.ts";
import { linkRules } from "../link-rules.ts";
import { readDocuments, type ReadOptions, type RuleFile } from "../read-documents.ts";
import { checkCondition } from "./check-condition.ts";
import { checkDates } from "./check-dates.ts";
import { checkFileName, checkKeys, checkLogSource } from "./check-file.ts";
import { checkIdentity } from "./check-identity.ts";
import {
  checkDescription,
  checkExpectedKeys,
  checkFalsePositives,
  checkReferences,
  checkStatus,
} from "./check-metadata.ts";
import type { Check, Subject } from "./subject.ts";
import { checkTags } from "./check-tags.ts";
import { checkTitle } from "./check-title.ts";
import { checkValues } from "./check-values.ts";

const checks: readonly Check[] = [
  checkTitle,
  checkIdentity,
  checkKeys,
  checkExpectedKeys,
  checkDescription,
  checkReferences,
  checkFalsePositives,
  checkStatus,
  checkDates,
  checkTags,
  checkLogSource,
  checkFileName,
  checkValues,
  checkCondition,
];

/**
 * What reading finds, and beyond it the conventions of the public corpus (SigmaHQ's rule, title and file name
 * conventions, the specification's tags appendix). Conventions are warnings where they mislead, notes otherwise; errors
 * are only what sets a rule aside. In order of the files, then of lines.
 */
export function lintRules(files: Iterable<RuleFile>, options: ReadOptions = {}): Finding[] {
  return checkRules(files, options).findings;
}

/** `readRules` and `lintRules` in one reading. */
export function checkRules(
  files: Iterable<RuleFile>,
  options: ReadOptions = {},
): { readonly ruleSet: RuleSet; readonly findings: Finding[] } {
  const documents = readDocuments(files, options);
  const ruleSet = linkRules(documents);
  for (const document of documents) {
    if (document.root) for (const check of checks) check(document as Subject);
  }
  const order = new Map<string, number>();
  for (const { file } of documents) if (!order.has(file)) order.set(file, order.size);
  const findings = documents
    .flatMap((document) => document.report.findings)
    .sort((a, b) => order.get(a.file)! - order.get(b.file)! || a.line - b.line || a.column - b.column);
  return { ruleSet, findings };
}
