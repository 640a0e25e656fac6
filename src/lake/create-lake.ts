import type { Actor, ChangeDoor, PermissionTable } from "#access";
import type { Route } from "#http";
import type { Records } from "#platform";
import { createLakeStore, type LakeStoreOptions, type OpenLakeStore } from "./create-lake-store.ts";
import { createKeeping, type Keeping } from "./keeping/create-keeping.ts";
import { Turn } from "./keeping/turn.ts";
import { permissions } from "./permissions.ts";
import type { LakeTables } from "./tables.ts";

export interface LakeOptions extends LakeStoreOptions {
  /** Migrated: `migrations/`, under the name `lake`. */
  readonly records: Pick<Records, "tables">;
  readonly change: ChangeDoor;
  /** Told of an erasure that failed; it is taken up again with the next `forget`. */
  readonly onFault: (error: unknown) => void;
}

/** Storing, keeping and forgetting. Disposal ends erasures under way; the next start takes them up. */
export interface Lake extends OpenLakeStore, AsyncDisposable {
  readonly routes: readonly Route<Actor>[];
  readonly permissions: PermissionTable;
  /** Forgets what is due. For a job, once an hour or so. */
  readonly forget: Keeping["forget"];
}

export function createLake({ records, change, onFault, ...options }: LakeOptions): Lake {
  const { events, clock, cluster } = options;
  const read = records.tables<LakeTables>();
  const keeping = createKeeping({ events, read, change, clock, cluster, turn: new Turn() }, onFault);
  return {
    ...createLakeStore(options),
    routes: keeping.routes,
    permissions,
    forget: (signal) => keeping.forget(signal),
    [Symbol.asyncDispose]: () => keeping[Symbol.asyncDispose](),
  };
}
