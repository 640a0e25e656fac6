import { execFile } from "node:child_process";
import { join, relative } from "node:path";
import { promisify } from "node:util";
import { root } from "../run-program.ts";
import { packSigma } from "./pack-sigma.ts";

const packages: Record<string, (folder: string) => Promise<void>> = { sigma: packSigma };

/** Builds a room as a package of its own: a folder under dist/, and the tarball that npm makes of it. */
export async function pack([name = ""]: string[]): Promise<number> {
  const build = Object.hasOwn(packages, name) ? packages[name] : undefined;
  if (!build) {
    console.error(`usage: ./meridian-dev pack NAME\npackages: ${Object.keys(packages).join(", ")}`);
    return 2;
  }
  const folder = join(root, "dist", name);
  await build(folder);
  const { stdout } = await promisify(execFile)("npm", ["pack", folder, "--pack-destination", join(root, "dist")]);
  console.log(`${relative(root, folder)}/\ndist/${stdout.trim().split("\n").at(-1)}`);
  return 0;
}
