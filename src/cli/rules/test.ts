import { runRuleTests } from "#detect";
import { oneOf, readArguments } from "../arguments.ts";
import type { Verb } from "../main.ts";
import { printable } from "../printable.ts";
import { loadSource, rulePathsOr } from "../rule-source.ts";

const help = `usage: meridian rules test [options] [PATH]…

Runs the examples that rules carry under their key meridian.tests, the way a scan would: read, recognised, routed and
matched with all the rules loaded. Without PATH the rules that come with Meridian are tested.

  --format FORMAT       text (default) or ndjson
  --placeholders FILE   YAML: values for placeholders
  --require             a rule without one example that fires and one that doesn't fails, too
  --verbose             tell of what passed, too

An example:  - name: root signs in from the console
               match: true
               event: { eventSource: signin.amazonaws.com, … }     or events: [ … ], or text: 'lines as they arrive'

exit codes: 0 all passed · 1 an example failed · 2 the command is not usable · 3 a path can't be read`;

export const testVerb: Verb = async (args, signal) => {
  const { values, positionals } = readArguments("rules test", args, {
    format: { type: "string", default: "text" },
    placeholders: { type: "string" },
    require: { type: "boolean", default: false },
    verbose: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  });
  if (values.help) {
    console.log(help);
    return 0;
  }
  const format = oneOf("rules test", "--format", values.format, ["text", "ndjson"] as const);
  const { placeholders } = values;
  const loaded = await loadSource({ paths: rulePathsOr(positionals), placeholders, cache: true });
  const { results, untested, oneSided } = await runRuleTests(loaded.ruleSet, signal);
  const failed = results.filter((one) => one.outcome !== "passed");
  for (const { rule, example, outcome, message } of values.verbose ? results : failed) {
    const place = `${rule.source.file}:${rule.source.line}`;
    console.log(
      format === "ndjson"
        ? JSON.stringify({ rule: rule.id, title: rule.title, file: rule.source.file, example, outcome, message })
        : `${printable(`${place}  ${outcome}  ${rule.title}: ${example}`)}${message === undefined ? "" : `\n    ${message}; see: meridian rules explain ${rule.id}`}`,
    );
  }
  const lacking = [...untested, ...oneSided];
  if (values.require) {
    for (const rule of lacking) {
      console.log(
        printable(
          `${rule.source.file}:${rule.source.line}  untested  ${rule.title} lacks an example that fires or one that doesn't`,
        ),
      );
    }
  }
  console.error(
    `${results.length - failed.length} examples passed, ${failed.length} failed, ${lacking.length} rules without an example for each side`,
  );
  if (failed.length > 0 || (values.require && lacking.length > 0)) return 1;
  return loaded.problems.length > 0 ? 3 : 0;
};
