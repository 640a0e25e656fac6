import { glob, readFile } from "node:fs/promises";
import { join } from "node:path";

/** A source tree as the checks see it: path from the root, with `/`, to text. Made-up trees are plain maps. */
export type Tree = ReadonlyMap<string, string>;

/** One complaint: what is wrong where, and what to do. */
export interface Complaint {
  readonly file: string;
  readonly says: string;
}

const isText =
  /(?:^|\/)(?:meridian|meridian-dev|run|LICENSE|Containerfile|\.gitignore)$|\.(?:ts|tsx|js|json|md|css|html|svg|sh|sql|ya?ml|txt|conf|xml|service|timer|env|tpl)$/;
const outside = /^(?:node_modules|data|bench\/out|\.git|deploy\/compose\/secrets|web\/dist|web\/node_modules)(?:\/|$)/;

/** Reads the repository's own text files. Sample data and rules under `content/` count too. */
export async function readTree(root: string): Promise<Tree> {
  const tree = new Map<string, string>();
  const found: string[] = [];
  for await (const file of glob("{*,.*,{src,scripts,bench,docs,content,deploy,web,.ci}/**/*}", {
    cwd: root,
    exclude: (path) => outside.test(path),
  })) {
    const path = file.replaceAll("\\", "/");
    if (isText.test(path) && !outside.test(path)) found.push(path);
  }
  await Promise.all(
    found.map(async (path) => {
      const text = await readFile(join(root, path), "utf8").catch(whenFolder);
      if (text !== undefined) tree.set(path, text);
    }),
  );
  return new Map([...tree].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** A folder may be named like a text file, and a file may vanish while we look. */
function whenFolder(error: unknown): undefined {
  if (error instanceof Error && "code" in error && (error.code === "EISDIR" || error.code === "ENOENT"))
    return undefined;
  throw error;
}
