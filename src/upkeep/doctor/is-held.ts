import { stat } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

const busy = 5;

/** Whether a process holds a data folder's lock. Takes nothing and changes nothing; not for who may hold it itself. */
export async function isHeld(folder: string): Promise<boolean> {
  const file = join(folder, "lock.sqlite");
  if (!(await stat(file).catch(() => undefined))) return false;
  try {
    const lock = new DatabaseSync(file, { readOnly: true, timeout: 0 });
    try {
      lock.prepare("select count(*) from sqlite_schema").get();
      return false;
    } finally {
      lock.close();
    }
  } catch (error) {
    return error instanceof Error && "errcode" in error && (Number(error.errcode) & 0xff) === busy;
  }
}
