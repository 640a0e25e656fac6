import { cp, glob, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { root, runNode } from "../run-program.ts";

const here = fileURLToPath(new URL("sigma/", import.meta.url));
/** What the room's code imports; the versions are those that Meridian itself is tested with. */
const packagesUsed = ["ipaddr.js", "re2js", "yaml"];

/**
 * The `sigma` room as the package `meridian-sigma`, in `folder` (made anew): JavaScript and declarations. It is compiled
 * without Node's types, so that whatever only Node has is an error. Throws with the compiler's words.
 */
export async function packSigma(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await compile(join(folder, "lib"));
  await nameJavaScriptInDeclarations(join(folder, "lib"));
  await writeFile(join(folder, "package.json"), `${JSON.stringify(await manifest(), null, 2)}\n`);
  await cp(join(here, "README.md"), join(folder, "README.md"));
  await cp(join(root, "LICENSE"), join(folder, "LICENSE"));
}

async function compile(into: string): Promise<void> {
  await mkdir(into, { recursive: true });
  const compiler = dirname(createRequire(import.meta.url).resolve("typescript/package.json"));
  const { code, output } = await runNode(
    [join(compiler, "bin/tsc"), "-p", join(here, "tsconfig.json"), "--outDir", into],
    { streams: "keep" },
  );
  if (code !== 0) throw new Error(`src/sigma doesn't compile as a package of its own:\n${output}`);
}

/** The compiler writes `./name.js` into JavaScript, but leaves `./name.ts` in declarations, where no such file is. */
async function nameJavaScriptInDeclarations(folder: string): Promise<void> {
  for await (const name of glob("**/*.d.ts", { cwd: folder })) {
    const file = join(folder, name);
    const text = await readFile(file, "utf8");
    await writeFile(file, text.replace(/(\bfrom "|\bimport\(")(\.[^"]+)\.ts"/g, '$1$2.js"'));
  }
}

async function manifest(): Promise<object> {
  const ours = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as {
    version: string;
    license: string;
    dependencies: Record<string, string>;
  };
  return {
    name: "meridian-sigma",
    version: ours.version,
    description:
      "The Sigma detection language, whole: rules, filters, correlations, pipelines; matcher and ClickHouse SQL",
    keywords: ["sigma", "sigma-rules", "siem", "detection", "correlation", "security", "clickhouse"],
    license: ours.license,
    type: "module",
    engines: { node: ">=20" },
    exports: { ".": { types: "./lib/index.d.ts", default: "./lib/index.js" } },
    files: ["lib"],
    sideEffects: false,
    dependencies: Object.fromEntries(packagesUsed.map((name) => [name, ours.dependencies[name]])),
  };
}
