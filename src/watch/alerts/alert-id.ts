import { hash } from "node:crypto";
import { type Id, instant, makeId } from "#kernel";
import type { Candidate } from "../core/assign-alerts.ts";

/** An alert's id follows from the finding that opens it, so that it is the same whoever makes it, however often. */
export function alertIdFor({ id, rule, entity, time }: Candidate): Id<"alert"> {
  const digest = hash("sha256", JSON.stringify([rule, entity, id]), "buffer");
  return makeId("alert", instant(Math.max(0, Math.trunc(time))), digest.subarray(0, 10));
}
