import { mkdir, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { root, runNode } from "./run-program.ts";

/** Runs `bench/NAME.ts`. It writes its figures as JSON into bench/out/, which is ready when it starts. */
export async function bench([name, ...args]: string[]): Promise<number> {
  const names = (await readdir(join(root, "bench")).catch(() => []))
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
    .map((file) => file.slice(0, -3));
  if (name === undefined || !names.includes(name)) {
    console.error(`usage: npm run bench NAME\nbenches: ${names.join(", ") || "none yet"}`);
    return 2;
  }
  await mkdir(join(root, "bench/out"), { recursive: true });
  const { code } = await runNode(
    ["--disable-warning=ExperimentalWarning", "--expose-gc", join(root, "bench", `${name}.ts`), ...args],
    {
      streams: "show",
    },
  );
  for (const file of await readdir(join(root, "bench/out")))
    if ((await stat(join(root, "bench/out", file))).mtimeMs > started) console.error(`figures: bench/out/${file}`);
  return code;
}

const started = Date.now();
