import type { Dirent } from "node:fs";
import { readdir, readlink, stat } from "node:fs/promises";
import { join } from "node:path";

/** One thing to copy. `path` is where it belongs in a data folder, with `/` between; `from` is where its bytes are now. */
export type SnapshotEntry =
  | {
      readonly kind: "file";
      readonly path: string;
      readonly from: string;
      /** May be gone by the time it is opened, and is then no part of the copy: a blob that was deleted meanwhile. */
      readonly fleeting: boolean;
    }
  | { readonly kind: "link"; readonly path: string; readonly target: string };

/**
 * All of a data folder as a snapshot holds it: everything that lies there, but for what belongs to a running process or
 * is on its way. `frozen` says whether the events' engine runs, so that its parts are to be taken from its `shadow`.
 */
export async function* walkSnapshot(
  folder: string,
  name: string,
  frozen: boolean,
): AsyncGenerator<SnapshotEntry, void, undefined> {
  const records = join(folder, "snapshots", name, "records.sqlite");
  if (await isFile(records)) yield { kind: "file", path: "records.sqlite", from: records, fleeting: false };
  yield* walk(folder, "", (path, entry) => !leftOut.test(path) && !(frozen && isPart(path, entry)));
  if (frozen) yield* shadow(folder, name);
}

/** Locks, sockets, logs that the snapshot's copy makes needless, half-written files. */
const leftOut =
  /^(?:lock\.sqlite.*|holder\.json|terminal\.sock|records\.sqlite(?:-\w+)?|last-backup\.json|snapshots|spool|blobs\/\.incoming|events\/(?:backups|data\/(?:shadow|tmp|status))|(?:events\/.*|[^/]*)\.tmp)$/;

/** Folders of a table are its parts; the files beside them say what it is and which changes of its rows are under way. */
function isPart(path: string, entry: Dirent): boolean {
  return entry.isDirectory() && /^events\/data\/store\/[^/]+\/[^/]+\/[^/]+$/.test(path);
}

async function* walk(
  root: string,
  above: string,
  wanted: (path: string, entry: Dirent) => boolean,
): AsyncGenerator<SnapshotEntry, void, undefined> {
  const entries = await readdir(join(root, above), { withFileTypes: true }).catch(ifGone);
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = above === "" ? entry.name : `${above}/${entry.name}`;
    if (!wanted(path, entry)) continue;
    if (entry.isDirectory()) yield* walk(root, path, wanted);
    else if (entry.isFile()) yield { kind: "file", path, from: join(root, path), fleeting: true };
    else if (entry.isSymbolicLink()) yield { kind: "link", path, target: await readlink(join(root, path)) };
  }
}

async function* shadow(folder: string, name: string): AsyncGenerator<SnapshotEntry, void, undefined> {
  const place = join(folder, "events", "data", "shadow", name);
  for await (const entry of walk(place, "", () => true)) {
    const path = `events/data/${entry.path}`;
    yield entry.kind === "file" ? { ...entry, path, fleeting: false } : { ...entry, path };
  }
}

function ifGone(error: unknown): Dirent[] {
  if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
  throw error;
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
