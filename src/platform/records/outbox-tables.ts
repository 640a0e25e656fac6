import type { Generated } from "kysely";
import type { Instant } from "#kernel";

/** The tables of 0001-outbox. */
export interface OutboxTables {
  platform_outbox: {
    sequence: Generated<number>;
    id: string;
    name: string;
    body: string;
    announced_at: Instant;
    handed_out: Generated<0 | 1>;
  };
  platform_delivery: {
    event_id: string;
    handler: string;
    state: Generated<"waiting" | "delivered" | "dead">;
    attempts: Generated<number>;
    due_at: Instant;
    problem: string | null;
  };
  platform_handled: { handler: string; event_id: string; handled_at: Instant };
}
