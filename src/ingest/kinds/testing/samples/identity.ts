import { at, json, type Sample } from "./sample.ts";

export const identitySamples: readonly Sample[] = [
  json(
    "Okta",
    "okta (system-log)",
    {
      eventType: "user.session.start",
      published: at,
      actor: { alternateId: "a@b" },
      outcome: { result: "SUCCESS" },
      client: { ipAddress: "203.0.113.1" },
    },
    at,
    "203.0.113.1",
  ),
  json("OneLogin", "onelogin (events)", { event_type_id: 5, account_id: 1, created_at: at }, at),
  json(
    "Duo",
    "duo (authentication)",
    { event_type: "authentication", factor: "duo_push", txid: "x", isotimestamp: at },
    at,
  ),
];
