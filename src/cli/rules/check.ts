import { styleText } from "node:util";
import { findRuleFiles } from "#detect";
import { checkRules, type Finding } from "#sigma";
import { oneOf, readArguments } from "../arguments.ts";
import type { Verb } from "../main.ts";
import { printable, printableJson } from "../printable.ts";
import { readPlaceholders, rulePathsOr } from "../rule-source.ts";
import { version } from "../version.ts";

const help = `usage: meridian rules check [options] [PATH]…

Reads Sigma rules (files or folders; without PATH those that come with Meridian) and tells what is wrong or doubtful in
them, each with its place and what to do.

  --format FORMAT     text (default), ndjson or sarif
  --severity LEVEL    least severity told: error, warning or info (default: warning)
  --no-conventions    only what keeps a rule from being used as it is meant, nothing of style
  --code CODE         only findings of this code; may be given several times
  --placeholders FILE YAML: values for placeholders; a rule whose placeholder has none is set aside
  --strict            warnings fail the check, too

exit codes: 0 fine · 1 a rule has errors, or with --strict warnings · 2 the command is not usable · 3 a path can't be read`;

const severities = ["error", "warning", "info"] as const;

export const checkVerb: Verb = async (args) => {
  const { values, positionals } = readArguments("rules check", args, {
    format: { type: "string", default: "text" },
    severity: { type: "string", default: "warning" },
    code: { type: "string", multiple: true },
    "no-conventions": { type: "boolean", default: false },
    placeholders: { type: "string" },
    strict: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  });
  if (values.help) {
    console.log(help);
    return 0;
  }
  const format = oneOf("rules check", "--format", values.format, ["text", "ndjson", "sarif"] as const);
  const least = oneOf("rules check", "--severity", values.severity, severities);
  const { files, problems } = findRuleFiles(rulePathsOr(positionals));
  for (const { message } of problems) console.error(`meridian: ${printable(message)}`);
  const placeholders = values.placeholders === undefined ? undefined : await readPlaceholders(values.placeholders);
  const { ruleSet, findings } = checkRules(files, placeholders ? { placeholders } : {});
  const all = values["no-conventions"] ? ruleSet.findings : findings;
  const told = all.filter(
    ({ severity, code }) =>
      severities.indexOf(severity) <= severities.indexOf(least) &&
      (values.code === undefined || values.code.includes(code)),
  );
  if (told.length > 0 || format === "sarif")
    console.log(
      format === "sarif"
        ? sarif(told)
        : told.map(format === "text" ? text : (one) => printableJson(JSON.stringify(one))).join("\n"),
    );

  const count = (severity: Finding["severity"]) => all.filter((one) => one.severity === severity).length;
  const usable = ruleSet.detections.length + ruleSet.correlations.length;
  console.error(
    `${files.length} files, ${usable} rules, ${ruleSet.setAside.length} set aside, ${count("error")} errors, ${count("warning")} warnings, ${count("info")} remarks`,
  );
  if (count("error") > 0 || (values.strict && count("warning") > 0)) return 1;
  return problems.length > 0 ? 3 : 0;
};

const signs = { error: "◆ error", warning: "■ warning", info: "○ info" } as const;

function text({ severity, code, message, advice, file, line, column }: Finding): string {
  const colour = severity === "error" ? "red" : severity === "warning" ? "yellow" : "gray";
  return `${printable(file)}:${line}:${column}  ${styleText(colour, signs[severity])}  ${printable(message)} [${code}]\n    ${printable(advice)}`;
}

function sarif(findings: readonly Finding[]): string {
  const levels = { error: "error", warning: "warning", info: "note" } as const;
  return printableJson(
    JSON.stringify({
      $schema: "https://json.schemastore.org/sarif-2.1.0.json",
      version: "2.1.0",
      runs: [
        {
          tool: {
            driver: {
              name: "Meridian",
              version,
              rules: [...new Set(findings.map((one) => one.code))].map((id) => ({ id })),
            },
          },
          results: findings.map((one) => ({
            ruleId: one.code,
            level: levels[one.severity],
            message: { text: `${one.message} ${one.advice}` },
            locations: [
              {
                physicalLocation: {
                  artifactLocation: { uri: one.file.split(/[\\/]/).map(encodeURIComponent).join("/") },
                  region: { startLine: one.line, startColumn: one.column },
                },
              },
            ],
          })),
        },
      ],
    }),
  );
}
