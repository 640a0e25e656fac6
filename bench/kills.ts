/**
 * Whether anything is lost or doubled when the server is killed (SIGKILL) at random moments while events come in, each of
 * which a rule holds for. Started again over the same data, it is sent again what it had not acknowledged.
 *
 *   npm run bench kills -- [--kills 50]
 *
 * Ends with 1 where an acknowledged event, its finding or its alert is missing, or one is double. Figures go to
 * bench/out/kills.json.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { killTrial } from "../src/watch/testing/kill-trial.ts";
import { rule } from "../src/watch/testing/live-client.ts";

const { values: options } = parseArgs({ options: { kills: { type: "string", default: "50" } } });
const folder = mkdtempSync(join(tmpdir(), "meridian-bench-kills-"));
try {
  const rules = join(folder, "rules");
  mkdirSync(rules);
  writeFileSync(join(rules, "whoami.yml"), rule("Whoami", "Image|endswith: '\\whoami.exe'"));
  const kills = Number(options.kills);
  const { lost, undetected, ...counts } = await killTrial({ data: join(folder, "data"), rules, kills });
  const result = { kills, ...counts, lost: lost.length, undetected: undetected.length };
  writeFileSync(fileURLToPath(new URL("out/kills.json", import.meta.url)), `${JSON.stringify(result, undefined, 2)}\n`);
  console.log(JSON.stringify(result, undefined, 2));
  const { doubleEvents, doubleFindings, findingsWithoutAlert } = counts;
  if (result.lost + result.undetected + doubleEvents + doubleFindings + findingsWithoutAlert > 0) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
