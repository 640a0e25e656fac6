import { readFile } from "node:fs/promises";
import {
  attackCoverage,
  defaultLevel,
  navigatorLayer,
  readAttackCatalogue,
  type AttackCatalogue,
  type CoveringRule,
} from "#detect";
import { oneOf, readArguments } from "../arguments.ts";
import type { Verb } from "../main.ts";
import { refuse } from "../refuse.ts";
import { coveragePage } from "../report/coverage-page.ts";
import { loadSource, rulePathsOr } from "../rule-source.ts";
import { openOutput } from "../scan/output.ts";

const help = `usage: meridian rules coverage [options] [PATH]…

Draws which ATT&CK techniques have rules. Without PATH: of the rules that come with Meridian.

  --format FORMAT     html (default), navigator (a layer for the ATT&CK Navigator), json or text
  --output FILE       write there instead of standard output
  --attack FILE       ATT&CK's STIX bundle (enterprise-attack.json): gives names and shows the gaps

exit codes: 0 done · 2 the command is not usable · 3 a path can't be read`;

export const coverageVerb: Verb = async (args) => {
  const { values, positionals } = readArguments("rules coverage", args, {
    format: { type: "string", default: "html" },
    output: { type: "string" },
    attack: { type: "string" },
    help: { type: "boolean", short: "h", default: false },
  });
  if (values.help) {
    console.log(help);
    return 0;
  }
  const format = oneOf("rules coverage", "--format", values.format, ["html", "navigator", "json", "text"] as const);
  const paths = rulePathsOr(positionals);
  const catalogue = values.attack === undefined ? undefined : await readCatalogue(values.attack);
  const { ruleSet, problems } = await loadSource({ paths, cache: true });
  const rules: CoveringRule[] = [...ruleSet.detections, ...ruleSet.correlations].map((rule) => ({
    id: rule.id,
    title: rule.title,
    level: rule.level ?? defaultLevel,
    tags: rule.tags,
  }));
  const coverage = attackCoverage(rules, catalogue);
  await using output = await openOutput(values.output);
  const name = `Rules under ${paths.join(", ")}`;
  switch (format) {
    case "html":
      await output.write(coveragePage(coverage, name));
      break;
    case "navigator":
      await output.write(`${JSON.stringify(navigatorLayer(coverage, name), null, 2)}\n`);
      break;
    case "json":
      await output.write(`${JSON.stringify(coverage)}\n`);
      break;
    case "text":
      for (const { tactic, techniques } of coverage.tactics) {
        await output.write(`${tactic}\n`);
        for (const { technique, name: called = "", rules: held } of techniques) {
          await output.write(`  ${technique.padEnd(10)} ${String(held.length).padStart(5)}  ${called}\n`);
        }
      }
  }
  await output.end();
  if (output.state === "failed") return 2;
  const of = coverage.known === undefined ? "" : ` of ${coverage.known}`;
  console.error(
    `${coverage.covered}${of} techniques have rules; ${coverage.rulesWithTechnique} of ${coverage.rules} rules name one`,
  );
  return problems.length > 0 ? 3 : 0;
};

async function readCatalogue(path: string): Promise<AttackCatalogue> {
  try {
    return readAttackCatalogue(await readFile(path, "utf8"));
  } catch (cause) {
    throw refuse("bad-attack", { path, why: cause instanceof Error ? cause.message : String(cause) }, cause);
  }
}
