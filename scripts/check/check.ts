import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { type Complaint, readTree } from "../plan/tree.ts";
import { root, runNode } from "../run-program.ts";
import { checkDocuments } from "./check-documents.ts";

interface Job {
  readonly name: string;
  readonly run: () => Promise<{ readonly good: boolean; readonly output: string }>;
}

/** All that must hold before a commit, side by side. `--fix` formats instead of complaining about format. */
export async function check(args: string[]): Promise<number> {
  const fix = args.includes("--fix");
  const jobs: Job[] = [
    { name: "types", run: () => tool("typescript", "tsc", ["-p", "."]) },
    {
      name: "types of the sigma package",
      run: () => tool("typescript", "tsc", ["-p", "scripts/pack/sigma", "--noEmit"]),
    },
    { name: "format", run: () => tool("oxfmt", "oxfmt", [fix ? "." : "--check"]) },
    { name: "lint", run: () => tool("oxlint", "oxlint", fix ? ["--fix"] : []) },
    {
      name: "plan",
      run: () =>
        program([
          "--test",
          "--test-isolation=none",
          `--test-reporter=${new URL("../test/show-tests.ts", import.meta.url).href}`,
          "src/house.test.ts",
        ]),
    },
    { name: "documents", run: async () => complaints(checkDocuments(await readTree(root))) },
    { name: "API description", run: () => program(["scripts/check/openapi.ts", ...(fix ? ["--write"] : [])]) },
  ];
  const started = performance.now();
  const results = await Promise.all(jobs.map(runJob));
  const good = results.every(Boolean);
  console.log(`${good ? "✔ all holds" : "✖ not yet"}, ${seconds(started)}`);
  return good ? 0 : 1;
}

async function runJob({ name, run }: Job): Promise<boolean> {
  const started = performance.now();
  const { good, output } = await run();
  console.log(
    `${good ? "✔" : "✖"} ${name}, ${seconds(started)}${good ? "" : `\n${output.trimEnd().replace(/^/gm, "  ")}\n`}`,
  );
  return good;
}

async function tool(packageName: string, bin: string, args: readonly string[]) {
  const manifest = createRequire(import.meta.url).resolve(`${packageName}/package.json`);
  const { default: read } = (await import(manifest, { with: { type: "json" } })) as {
    default: { bin: Record<string, string> };
  };
  return program([join(dirname(manifest), read.bin[bin] ?? bin), ...args]);
}

async function program(args: readonly string[]) {
  const { code, output } = await runNode(["--disable-warning=ExperimentalWarning", ...args], { streams: "keep" });
  return { good: code === 0, output };
}

function complaints(list: readonly Complaint[]) {
  return { good: list.length === 0, output: list.map(({ file, says }) => `${file}: ${says}`).join("\n") };
}

function seconds(since: number): string {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`;
}
