import { createTable, type Step } from "#platform";

export const steps: Step[] = [
  createTable("access_tokens", {
    columns: {
      id: { type: "text", primaryKey: true },
      /** SHA-256 of the token, in hex. */
      hash: { type: "text", unique: true },
      kind: { type: "text", oneOf: ["ingest", "api"] },
      /** Of a token for ingest. */
      source: { type: "text", nullable: true },
      /** Of a token for the API. */
      role: { type: "text", oneOf: ["owner", "responder", "reader"], nullable: true },
      note: { type: "text" },
      /** The token's last four characters, to recognise it by. */
      tail: { type: "text" },
      made_at: { type: "instant" },
      /** An actor as the audit trail names it. */
      made_by: { type: "text" },
      expires_at: { type: "instant", nullable: true },
      revoked_at: { type: "instant", nullable: true },
      /** Kept now and then, so up to a quarter of an hour old. */
      seen_at: { type: "instant", nullable: true },
    },
  }),
];
