import type { RuleSet } from "../rule-set.ts";
import { linkRules } from "./link-rules.ts";
import { readDocuments, type ReadOptions, type RuleFile } from "./read-documents.ts";

/**
 * Reads rules, correlations and filters, and brings them together: references resolved, filters applied. Never throws
 * for what a file holds: a document that can't be used is set aside, with the finding that says why.
 */
export function readRules(files: Iterable<RuleFile>, options: ReadOptions = {}): RuleSet {
  return linkRules(readDocuments(files, options));
}
