import { addColumn, type Step } from "#platform";

export const steps: Step[] = [
  /** The request that a change came with; none for what the program does by itself. */
  addColumn("access_audit", "request", { type: "text", nullable: true }),
  /** Kept now and then, so up to a quarter of an hour old; none until it was kept first. */
  addColumn("access_sessions", "seen_at", { type: "instant", nullable: true }),
];
