import assert from "node:assert/strict";
import { test } from "node:test";
import { z } from "zod";
import type { Caller } from "./contract.ts";
import { route } from "./route.ts";

const takes = (path: string, query: Record<string, string>) =>
  route<Caller>()({
    method: "GET",
    path,
    id: "list-things",
    says: "Things.",
    admits: { public: "a test" },
    query: z.object({ level: z.string().optional() }),
    answers: { 204: { says: "Here." } },
    handle: () => new Response(null, { status: 204 }),
  }).query?.safeParse(query).success;

test("a misspelt filter of the API is refused, and filters nothing elsewhere", () => {
  assert.equal(takes("/api/things", { level: "high" }), true);
  assert.equal(takes("/api/things", { levle: "high" }), false);
  assert.equal(takes("/page", { levle: "high" }), true);
});
