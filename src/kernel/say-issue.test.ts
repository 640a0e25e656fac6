import assert from "node:assert/strict";
import { test } from "node:test";
import { z } from "zod";
import { sayIssue } from "./say-issue.ts";

const said = (shape: z.ZodType, value: unknown) =>
  shape.safeParse(value, { error: sayIssue }).error?.issues.map(({ message }) => message);

test("what does not fit is said so that somebody can mend it", () => {
  assert.deepEqual(said(z.object({ rule: z.string() }), {}), ["is missing; it has to be text"]);
  assert.deepEqual(said(z.string(), 7), ["has to be text"]);
  assert.deepEqual(said(z.array(z.string()), "x"), ["has to be a list"]);
  assert.deepEqual(said(z.int(), 1.5), ["has to be a whole number"]);
  assert.deepEqual(said(z.enum(["owner", "reader"]), "king"), ["has to be one of owner, reader"]);
  assert.deepEqual(said(z.literal(1), 2), ["has to be 1"]);
  assert.deepEqual(said(z.strictObject({}), { levle: 1 }), ["levle is not known here; look for a misspelling"]);
  assert.deepEqual(said(z.string().min(1), ""), ["has to have at least 1 character"]);
  assert.deepEqual(said(z.array(z.int()).max(1), [1, 2]), ["has to have at most 1 entry"]);
  assert.deepEqual(said(z.number().gt(0), 0), ["has to be more than 0"]);
  assert.deepEqual(said(z.url(), "x"), ["has to be a URL"]);
});

test("a shape's own words stand", () =>
  assert.deepEqual(said(z.string().regex(/^a/, "Begin with an a."), "b"), ["Begin with an a."]));
