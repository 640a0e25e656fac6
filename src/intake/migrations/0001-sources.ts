import { createTable, type Step } from "#platform";

export const steps: Step[] = [
  createTable("intake_sources", {
    columns: {
      name: { type: "text", primaryKey: true },
      /** What people say of it: sourceWishSchema. */
      wish: { type: "json" },
      made_at: { type: "instant" },
      /** An actor as the audit trail names it. */
      made_by: { type: "text" },
      changed_at: { type: "instant" },
      changed_by: { type: "text" },
      /** The newest proof of ownership that Logpush wrote. */
      challenge: { type: "text", nullable: true },
      challenge_at: { type: "instant", nullable: true },
    },
  }),
];
