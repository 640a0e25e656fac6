import type { Actor, ChangeDoor, PermissionTable } from "#access";
import type { Route } from "#http";
import type { Id } from "#kernel";
import type { Clock, Events, Records } from "#platform";
import { exploreRoutes } from "./explore-http.ts";
import { searchPermissions } from "./permissions.ts";
import { QueryRunner, searchLimits, type SearchLimits } from "./query-runner.ts";
import { RunningSearches } from "./running-searches.ts";
import { searchRoutes } from "./search-http.ts";
import type { SearchParts } from "./search-parts.ts";
import { savedRoutes } from "./saved-http.ts";
import { sqlRoutes } from "./sql/sql-http.ts";
import { streamRoutes } from "./streams-http.ts";
import type { SearchTables } from "./tables.ts";

export interface SearchOptions {
  /** With the lake's tables. */
  readonly events: Events;
  /** Migrated: `search/migrations`, under the name `search`. */
  readonly records: Pick<Records, "tables">;
  readonly change: ChangeDoor;
  readonly clock: Clock;
  readonly newId: <Kind extends string>(kind: Kind) => Id<Kind>;
  /** Milliseconds from any start, never going back. */
  readonly monotonic: () => number;
  readonly limits?: Partial<SearchLimits>;
}

export interface Search {
  readonly routes: readonly Route<Actor>[];
  readonly permissions: PermissionTable;
}

/** Searching, for people and programs. */
export function createSearch({ events, records, limits, ...rest }: SearchOptions): Search {
  const all = { ...searchLimits, ...limits };
  const parts: SearchParts = {
    ...rest,
    events,
    read: records.tables<SearchTables>(),
    limits: all,
    runner: new QueryRunner(events, all),
    running: new RunningSearches(all.atOnce),
  };
  return {
    permissions: searchPermissions,
    routes: [
      ...searchRoutes(parts),
      ...exploreRoutes(parts),
      ...streamRoutes(parts),
      ...savedRoutes(parts),
      ...sqlRoutes(parts),
    ],
  };
}
