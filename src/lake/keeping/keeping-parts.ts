import type { ChangeDoor } from "#access";
import type { Clock, Events, Reading } from "#platform";
import type { LakeTables } from "../tables.ts";
import type { Turn } from "./turn.ts";

/** What keeping and forgetting work with. */
export interface KeepingParts {
  readonly events: Pick<Events, "query" | "command">;
  readonly read: Reading<LakeTables>;
  readonly change: ChangeDoor;
  readonly clock: Clock;
  readonly cluster: string | undefined;
  /** Held while rows are chosen and deleted, and while a hold is placed: a hold that was answered for is obeyed. */
  readonly turn: Turn;
}
