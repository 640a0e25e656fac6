import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { chmodSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { suite, test } from "node:test";
import { temporaryFolder } from "./testing/fixtures.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

for (const page of ["scan.md", "correlations.md"])
  suite(`docs/${page}`, () => {
    const text = readFileSync(`${root}/docs/${page}`, "utf8");
    const folder = temporaryFolder();
    const program = folder.write(
      "meridian",
      `#!/bin/sh\nexec "${process.execPath}" --disable-warning=ExperimentalWarning "${root}/src/cli/main.ts" "$@"\n`,
    );
    chmodSync(program, 0o755);
    // A block whose first line is a comment with a path is that file.
    for (const [, path = "", content = ""] of text.matchAll(/^```(?:yaml|json)\n# (\S+\/\S+)\n([^]*?)^```$/gm)) {
      folder.write(path, content);
    }
    const commands = [...text.matchAll(/^```sh\n([^]*?)^```$/gm)].flatMap(([, block = ""]) =>
      block.trimEnd().split("\n"),
    );
    for (const command of commands) {
      const code = Number(/# exits with (\d+)$/.exec(command)?.[1] ?? 0);
      test(`${command.replace(/ +#.*$/, "")} exits with ${code}`, async () => {
        const { status, said } = await run(command, folder.path);
        assert.equal(status, code, said);
        assert.doesNotMatch(said, /^\s+at |set aside, not asked/m);
      });
    }
  });

test("docs/correlations.md tells what its example finds", async () => {
  const text = readFileSync(`${root}/docs/correlations.md`, "utf8");
  const folder = temporaryFolder();
  for (const [, path = "", content = ""] of text.matchAll(/^```(?:yaml|json)\n# (\S+\/\S+)\n([^]*?)^```$/gm)) {
    folder.write(path, content);
  }
  const command = `"${process.execPath}" "${root}/src/cli/main.ts" scan --rules rules --format ndjson logs 2>/dev/null`;
  const { said } = await run(command, folder.path);
  const told = said
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  assert.deepEqual(told.map(({ rule, correlation }) => [rule.file, correlation.group["actor.alternateId"]]).sort(), [
    ["rules/gave-up.yml", "bob@corp.example"],
    ["rules/guessed-right.yml", "alice@corp.example"],
  ]);
});

function run(command: string, cwd: string): Promise<{ status: number; said: string }> {
  const env = { PATH: process.env["PATH"], HOME: cwd, MERIDIAN_CACHE: `${cwd}/cache` };
  return new Promise((resolve) => {
    execFile("/bin/sh", ["-c", command], { cwd, env }, (error, out, err) =>
      resolve({ status: typeof error?.code === "number" ? error.code : error ? -1 : 0, said: out + err }),
    );
  });
}
