import { randomBytes } from "node:crypto";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { type TerminalVerbs, terminalVerb } from "#access";
import { type Events, holdSnapshot, letSnapshotGo } from "#platform";
import { z } from "zod";
import { refuse } from "../refusals.ts";

export interface UpkeepOptions {
  /** The data folder's path. */
  readonly folder: string;
  /** Open in this process. */
  readonly events: Pick<Events, "maker" | "query" | "command"> | undefined;
}

export const heldSchema = z.object({ snapshot: z.string(), frozen: z.boolean() });
export type Held = z.output<typeof heldSchema>;

/**
 * What a running server does for a backup: holds a moment still. Who asked copies it, and takes it away when done; what
 * somebody left who is gone is taken away before the next.
 */
export function upkeepVerbs({ folder, events }: UpkeepOptions): TerminalVerbs {
  let holder: { readonly pid: number; readonly snapshot: string } | undefined;
  // Who is done has taken its snapshot away, whoever has its number now.
  const isHeld = (snapshot: string) =>
    stat(join(folder, "snapshots", snapshot)).then(
      () => true,
      () => false,
    );
  return {
    "backup.hold": terminalVerb(z.object({ pid: z.int().positive() }), async ({ pid }): Promise<Held> => {
      if (holder && holder.pid !== pid && isAlive(holder.pid) && (await isHeld(holder.snapshot)))
        throw refuse("one-at-a-time", { pid: holder.pid });
      const snapshot = snapshotName();
      holder = { pid, snapshot };
      await letSnapshotGo(folder);
      try {
        await holdSnapshot({ folder, name: snapshot, ...(events && { events }) });
      } catch (error) {
        await letSnapshotGo(folder, snapshot);
        throw error;
      }
      return { snapshot, frozen: events?.maker === "chdb" };
    }),
  };
}

export function snapshotName(): string {
  return `backup_${randomBytes(8).toString("hex")}`;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It lives, as somebody else's.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
