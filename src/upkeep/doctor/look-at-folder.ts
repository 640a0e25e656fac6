import { access, constants, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { DatabaseSync } from "node:sqlite";
import type { Instant } from "#kernel";
import { isHeld } from "./is-held.ts";
import { lastBackupFile } from "../backup/back-up.ts";
import { bad, type Finding, look, ok } from "../core/finding.ts";
import { judgeBackup } from "../core/judge-machine.ts";
import { nearest } from "./look-at-machine.ts";

/** The data folder as it lies there; changes nothing in it. */
export async function lookAtFolder(path: string, now: Instant): Promise<Finding[]> {
  const found = await stat(path).catch((error: unknown) => codeOf(error));
  if (found === "ENOENT") return [await lookAtPlace(path)];
  if (typeof found !== "object")
    return [bad("data-folder", `The data folder can't be looked at: ${found}.`, "Run this as who runs the server.")];
  if (!found.isDirectory()) return [bad("data-folder", "What --data names is no folder.", "Name a folder.")];
  return [rights(found.mode, found.uid), await holder(path), await backups(path, now), await records(path)];
}

async function lookAtPlace(path: string): Promise<Finding> {
  const above = await nearest(path);
  const may = await access(above, constants.W_OK).then(
    () => true,
    () => false,
  );
  if (may) return ok("data-folder", "There is no data folder yet; the first start makes it.");
  return bad(
    "data-folder",
    `There is no data folder, and it can't be made in ${above}.`,
    "Make it, and give it to who runs the server.",
  );
}

function rights(mode: number, owner: number): Finding {
  const me = process.getuid?.();
  if ((mode & 0o077) !== 0)
    return bad("data-folder", "Others than its owner may look into the data folder.", "chmod 700 it: keys lie in it.");
  if (me !== undefined && owner !== me)
    return look(
      "data-folder",
      `The data folder belongs to user ${owner}, and this is user ${me}.`,
      "Run this as who runs the server.",
    );
  return ok("data-folder", "Only its owner may look into the data folder.");
}

async function holder(path: string): Promise<Finding> {
  if (!(await isHeld(path))) return ok("holder", "No server runs on this data folder now.");
  const socket = await stat(join(path, "terminal.sock")).catch(() => undefined);
  if (socket?.isSocket()) return ok("holder", "A server runs on this data folder, and can be asked from the terminal.");
  return look(
    "holder",
    "A process holds this data folder and can't be asked from the terminal.",
    "Its path may be too long for a socket: use one of fewer than 90 characters.",
  );
}

async function backups(path: string, now: Instant): Promise<Finding> {
  const text = await readFile(join(path, lastBackupFile), "utf8").catch(() => "{}");
  let at = Number.NaN;
  try {
    at = Date.parse(String((JSON.parse(text) as { madeAt?: unknown }).madeAt));
  } catch {
    // As good as none.
  }
  return judgeBackup(Number.isNaN(at) ? undefined : now - at);
}

/** Whether SQLite finds its file whole, where the records are in it. */
async function records(path: string): Promise<Finding> {
  const file = join(path, "records.sqlite");
  if (!(await stat(file).catch(() => undefined))) return ok("records-file", "There are no records in SQLite.");
  try {
    const database = new DatabaseSync(file, { readOnly: true, timeout: 5_000 });
    const says = database.prepare("pragma quick_check(1)").get()?.["quick_check"];
    database.close();
    if (says === "ok") return ok("records-file", "SQLite finds the file of the records whole.");
    return bad(
      "records-file",
      `SQLite finds the file of the records broken: ${String(says)}.`,
      "Restore the last backup.",
    );
  } catch (error) {
    return bad(
      "records-file",
      `The file of the records can't be read: ${codeOf(error)}.`,
      "Run this as who runs the server.",
    );
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : String(error);
}
