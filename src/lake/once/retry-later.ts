import { EventsError } from "#platform";
import { refuse } from "../refusals.ts";

/** What the store says when it is full or has too much to do, as the refusal that tells a sender to come again. */
export function retryLater(error: unknown): unknown {
  if (!(error instanceof EventsError)) return error;
  if (error.code === "full") return refuse("full", { retryAfter: 30 }, error);
  if (error.code === "busy" || error.code === "memory" || error.code === "time")
    return refuse("busy", { retryAfter: 5 }, error);
  return error;
}
