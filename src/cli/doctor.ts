import { readFileSync } from "node:fs";
import process from "node:process";
import { readSettings, version } from "#settings";
import { examineHouse } from "#house";
import { type Finding, worstOf } from "#upkeep";
import type { Verb } from "./main.ts";
import { printable, printableJson } from "./printable.ts";

const help = `usage: meridian doctor [--json] [SETTING…]

Looks at this machine and this installation, and changes nothing: Node, memory, disk, clock,
limits, settings, data folder, ports, certificates, services, migrations, the last backup.
Each line is ok, look or bad, with what to do. It ends with 0 where all is ok, with 3 where
something is worth a look, and with 1 where something is bad. No secret is shown.
Takes --data and the other settings as serve does: run it as who runs the server, with the same.`;

const codes = { ok: 0, look: 3, bad: 1 } as const;

export const doctorVerb: Verb = async (args, signal) => {
  if (args.includes("--help")) {
    console.log(help);
    return 0;
  }
  const json = args.includes("--json");
  const read = readSettings({
    args: args.filter((one) => one !== "--json"),
    env: process.env,
    readFile: (path) => readFileSync(path, "utf8"),
  });
  const findings: Finding[] = [];
  for await (const finding of examineHouse({ read, env: process.env, signal })) {
    findings.push(finding);
    if (!json) console.log(spell(finding));
  }
  const worst = worstOf(findings);
  if (json) console.log(printableJson(JSON.stringify({ version, worst, findings }, undefined, 2)));
  return codes[worst];
};

function spell({ state, id, says, advice }: Finding): string {
  const line = `${state.padEnd(4)}  ${id.padEnd(19)} ${printable(says)}`;
  return advice === undefined ? line : `${line}\n${" ".repeat(26)}→ ${printable(advice)}`;
}
