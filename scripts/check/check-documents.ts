import { posix } from "node:path";
import { lineAt } from "../plan/source-text.ts";
import type { Complaint, Tree } from "../plan/tree.ts";

/** Documents tell the truth where a program can see it: links lead somewhere, commands and files exist. */
export function checkDocuments(tree: Tree): Complaint[] {
  const complaints: Complaint[] = [];
  for (const [file, text] of tree) {
    if (!file.endsWith(".md")) continue;
    complaints.push(...brokenLinks(file, text, tree), ...brokenCommands(file, text, tree));
  }
  return complaints;
}

function brokenLinks(file: string, text: string, tree: Tree): Complaint[] {
  const complaints: Complaint[] = [];
  const prose = text.replace(/^(```|~~~)[^]*?^\1/gm, blank).replace(/`[^`\n]*`/g, blank);
  for (const found of prose.matchAll(/\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)|^\[[^\]]+\]:\s*(\S+)/gm)) {
    const link = found[1] ?? found[2] ?? "";
    if (/^[a-z][a-z+.-]*:/i.test(link)) continue;
    const [path = "", anchor] = link.split("#");
    const target =
      path === "" ? file : posix.normalize(posix.join(posix.dirname(file), decodeURI(path))).replace(/\/$/, "");
    const complain = (says: string) => complaints.push({ file: `${file}:${lineAt(prose, found.index)}`, says });
    if (!exists(target, tree)) complain(`links to ${link}, which is not there`);
    else if (anchor && target.endsWith(".md") && !headings(tree.get(target) ?? "").has(anchor))
      complain(`links to ${link}; ${target} has no such heading`);
  }
  return complaints;
}

/** Folders exist where a file lies in them; pictures are not in the tree, which is text, so the known kinds are let be. */
function exists(target: string, tree: Tree): boolean {
  return (
    tree.has(target) ||
    /\.(?:png|jpe?g|webp|gif|woff2)$/.test(target) ||
    [...tree.keys()].some((path) => path.startsWith(`${target}/`))
  );
}

/** The anchors that a Markdown file offers, as its readers make them from headings. */
function headings(text: string): Set<string> {
  const anchors = new Set<string>();
  for (const [, heading = ""] of text.matchAll(/^#{1,6}\s+(.+?)\s*#*$/gm))
    anchors.add(
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, "")
        .trim()
        .replace(/\s/g, "-"),
    );
  for (const [, id = ""] of text.matchAll(/<a\s+(?:id|name)="([^"]+)"/g)) anchors.add(id);
  return anchors;
}

const scriptsThatNpmHas = new Set(["start", "test"]);

/** Commands in fenced shell blocks and in `code` name scripts, verbs and files that are there. */
function brokenCommands(file: string, text: string, tree: Tree): Complaint[] {
  const scripts = (JSON.parse(tree.get("package.json") ?? "{}") as { scripts?: Record<string, string> }).scripts ?? {};
  const verbs = {
    "./meridian": verbsIn(tree.get("src/cli/main.ts")),
    "./meridian-dev": verbsIn(tree.get("scripts/main.ts")),
  };
  const complaints: Complaint[] = [];
  const commands =
    /(?<npm>npm (?:run (?:--silent |-s )?(?<script>[\w:-]+)|(?<short>start|test)\b))|(?<program>\.\/meridian(?:-dev)?)(?: (?<verb>[a-z][\w-]*))?(?=[\s`]|$)|\bnode (?<path>(?:scripts|src|bench)\/[\w./-]+)/g;
  for (const { index, groups = {} } of text.matchAll(commands)) {
    const complain = (says: string) => complaints.push({ file: `${file}:${lineAt(text, index)}`, says });
    const script = groups["script"] ?? groups["short"];
    if (script && !(script in scripts))
      complain(`npm has no script "${script}"${scriptsThatNpmHas.has(script) ? " in package.json" : ""}`);
    const { program, verb, path } = groups;
    if (program && verb && !verbs[program as keyof typeof verbs].has(verb))
      complain(`${program} has no verb "${verb}"`);
    if (path && !tree.has(path)) complain(`runs ${path}, which is not there`);
  }
  return complaints;
}

/** The keys of the `verbs` table of a program's main file. */
function verbsIn(text = ""): Set<string> {
  const table = /\bconst verbs\b[^]*?= \{\n([^]*?)\n\};/.exec(text)?.[1] ?? "";
  const keys = [...table.matchAll(/^ {2}(?:"([\w-]+)"|([\w-]+)):/gm)].map(([, quoted, plain]) => quoted ?? plain ?? "");
  return new Set(["help", ...keys]);
}

function blank(part: string): string {
  return part.replace(/[^\n]/g, " ");
}
