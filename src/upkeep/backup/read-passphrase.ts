import { readFile } from "node:fs/promises";
import { Secret } from "#kernel";
import { refuse } from "../refusals.ts";

/** The one line of a file that holds a passphrase. */
export async function readPassphrase(path: string): Promise<Secret> {
  const text = await readFile(path, "utf8").catch((error: Error) => {
    throw refuse("unreadable", { path, why: error.message }, error);
  });
  const [line = "", ...more] = text.replace(/\r?\n$/, "").split("\n");
  if (line.length < 12 || line.length > 1_000 || more.length > 0) throw refuse("bad-passphrase", { path });
  return new Secret(line);
}
