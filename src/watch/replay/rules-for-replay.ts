import { open } from "node:fs/promises";
import type { RuleFile } from "#sigma";
import { refuse } from "../refusals.ts";
import type { Generation } from "../rules/generation.ts";
import type { ListedRule } from "../rules/load-protocol.ts";
import { plainText } from "../core/plain-text.ts";
import type { ReplayRules } from "./replay-protocol.ts";

export interface WantedRule {
  readonly id: string;
  readonly title: string;
  readonly rules: ReplayRules;
}

/** Files that a rule's text may refer to, and bytes of one. */
const mostFiles = 100;
const mostBytes = 1024 * 1024;

/**
 * A rule of the sets, on or not. One that is on is asked as lanes ask it, filters included; one that is off is read from
 * its file, with the files of the rules that its text names. Throws the refusal `watch/no-such-rule`.
 */
export async function replayOfRule(
  id: string,
  { generation, listed }: { readonly generation: Generation; readonly listed: readonly ListedRule[] },
): Promise<WantedRule> {
  const inForce = generation.byId.get(id);
  if (inForce) return { id, title: inForce.title, rules: { from: "set", ruleSet: generation.json, pick: [id] } };
  const rule = listed.find((one) => one.id === id);
  if (!rule || rule.file === "") throw refuse("no-such-rule");
  const text = await textOf(rule.file);
  const files = [{ file: rule.file, text }, ...(await namedFiles(text, rule.file, { generation, listed }))];
  return { id, title: rule.title, rules: { from: "text", files, pick: id } };
}

/** A rule as text, with the files of the rules that it names. */
export async function replayOfText(
  text: string,
  known: { readonly generation: Generation; readonly listed: readonly ListedRule[] },
): Promise<WantedRule> {
  const file = "rule.yml";
  const title = plainText(/^title:\s*(.+)$/m.exec(text)?.[1] ?? "a rule's text");
  return { id: "", title, rules: { from: "text", files: [{ file, text }, ...(await namedFiles(text, file, known))] } };
}

/** Only a correlation names others, by id or name. */
async function namedFiles(
  text: string,
  own: string,
  { generation, listed }: { readonly generation: Generation; readonly listed: readonly ListedRule[] },
): Promise<RuleFile[]> {
  if (!/^correlation\s*:/m.test(text)) return [];
  const words = new Set(text.split(/[^\w.-]+/));
  const files = new Set<string>();
  for (const { id, name, source } of [...generation.correlating.detections, ...generation.correlating.correlations])
    if (words.has(id) || (name !== undefined && words.has(name))) files.add(source.file);
  for (const { id, file } of listed) if (words.has(id) && file !== "") files.add(file);
  files.delete(own);
  const read: RuleFile[] = [];
  for (const file of [...files].slice(0, mostFiles)) read.push({ file, text: await textOf(file) });
  return read;
}

/** Throws the refusal `watch/no-such-rule` where the file is gone. */
async function textOf(file: string): Promise<string> {
  try {
    await using handle = await open(file);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(mostBytes), 0, mostBytes, 0);
    return buffer.toString("utf8", 0, bytesRead);
  } catch (cause) {
    throw refuse("no-such-rule", {}, cause);
  }
}
