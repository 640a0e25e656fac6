import type { ChangeDoor } from "#access";
import type { Id } from "#kernel";
import type { Clock, Events, Reading } from "#platform";
import type { QueryRunner, SearchLimits } from "./query-runner.ts";
import type { RunningSearches } from "./running-searches.ts";
import type { SearchTables } from "./tables.ts";

/** What the routes of this folder work with. */
export interface SearchParts {
  readonly runner: QueryRunner;
  readonly events: Events;
  readonly read: Reading<SearchTables>;
  readonly change: ChangeDoor;
  readonly clock: Clock;
  readonly newId: <Kind extends string>(kind: Kind) => Id<Kind>;
  /** Milliseconds from any start, never going back. */
  readonly monotonic: () => number;
  readonly limits: SearchLimits;
  readonly running: RunningSearches;
}
