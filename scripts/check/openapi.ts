/** Holds docs/openapi.json against what the routes say; `--write` writes it anew. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { describeHouse } from "../../src/house.ts";
import { root } from "../run-program.ts";

const file = join(root, "docs/openapi.json");
const { api: now } = await describeHouse();
if (process.argv.includes("--write")) await writeFile(file, now);
else if ((await readFile(file, "utf8").catch(() => "")) !== now) {
  console.error("docs/openapi.json is not what the routes say. Write it anew: npm run check -- --fix");
  process.exitCode = 1;
}
