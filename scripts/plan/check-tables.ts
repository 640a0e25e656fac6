import { isCode, isTest, roomOf } from "./floor-plan.ts";
import { lineAt, withoutComments } from "./source-text.ts";
import type { Complaint, Tree } from "./tree.ts";

const making =
  /\bcreateTable\(\s*["'`](?<builder>\w+)["'`]|\bcreate\s+(?:virtual\s+)?table\s+(?:if\s+not\s+exists\s+)?["`]?(?<sql>(?!if\s+not\b)[a-z_]\w*)/gi;

/** A table belongs to the room whose code makes it; SQL that names it stands in that room alone. */
export function checkTables(tree: Tree): Complaint[] {
  const complaints: Complaint[] = [];
  const sources = [...tree].filter(
    ([file]) => roomOf(file) !== undefined && (isCode(file) || file.endsWith(".sql")) && !isTest(file),
  );
  const code = new Map(sources.map(([file, text]) => [file, file.endsWith(".sql") ? text : withoutComments(text)]));
  const owners = new Map<string, string>();
  for (const [file, text] of code) {
    for (const { groups } of text.matchAll(making)) {
      const table = groups?.["builder"] ?? groups?.["sql"] ?? "";
      const room = roomOf(file) ?? "";
      const owner = owners.get(table);
      if (owner !== undefined && owner !== room)
        complaints.push({ file, says: `makes table ${table}, which ${owner} makes too` });
      owners.set(table, room);
    }
  }
  if (owners.size === 0) return complaints;
  const names = [...owners.keys()].join("|");
  const using = new RegExp(
    `\\b(?:selectFrom|insertInto|updateTable|deleteFrom|(?:inner|left|right|full)Join|replaceInto|alterTable|dropTable)\\(\\s*["'\`](?<builder>${names})\\b|\\b(?:from|into|update|join|table)\\s+["\`]?(?<sql>${names})\\b(?!\\s*["'\`]?;?\\s*$)`,
    "gim",
  );
  for (const [file, text] of code) {
    for (const found of text.matchAll(using)) {
      const table = found.groups?.["builder"] ?? found.groups?.["sql"] ?? "";
      const owner = owners.get(table);
      if (owner !== roomOf(file))
        complaints.push({
          file: `${file}:${lineAt(text, found.index)}`,
          says: `names ${owner}'s table ${table}; ask ${owner}'s face`,
        });
    }
  }
  return complaints;
}
