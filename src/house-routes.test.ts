import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { describeSettings } from "#settings";
import { z } from "zod";
import { describeHouse } from "./house.ts";

const { routes, permissions, api } = await describeHouse();

test("every route says whom it admits: a permission that a room's table has, or everybody and why", () => {
  for (const { id, admits } of routes) {
    if ("permission" in admits) assert.ok(Object.hasOwn(permissions, admits.permission), `${id}: ${admits.permission}`);
    else assert.match(admits.public, /\w+ \w+ \w+/, id);
  }
});

test("no route that changes something admits everybody, but for signing in", () => {
  const open = routes.filter(({ method, admits }) => method !== "GET" && "public" in admits).map(({ id }) => id);
  assert.deepEqual(open, ["sign-in"]);
});

test("every route has an id and an address of its own, and says what it answers", () => {
  assert.equal(new Set(routes.map(({ id }) => id)).size, routes.length);
  assert.equal(new Set(routes.map(({ method, path }) => `${method} ${path}`)).size, routes.length);
  for (const { id, says, answers, page } of routes) {
    assert.match(id, /^[a-z]+(-[a-z]+)+$/);
    assert.match(says, /^[A-Z].*\.$/);
    for (const [status, answer] of Object.entries(answers))
      assert.ok(page || status === "204" || answer.json || answer.type, `${id} ${status}`);
  }
});

test("every parameter in an address has a shape, and no shape waits for one that is not there", () => {
  for (const { id, path, params } of routes) {
    const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    const shaped = params instanceof z.ZodObject ? Object.keys(params.shape) : [];
    assert.deepEqual(shaped.toSorted(), named.toSorted(), id);
  }
});

test("every reference in the API's description leads somewhere in it", () => {
  const description = JSON.parse(api) as { components: { schemas: Record<string, unknown> } };
  for (const [, name = ""] of api.matchAll(/"\$ref": "#\/components\/schemas\/(\w+)"/g))
    assert.ok(name in description.components.schemas, name);
  assert.equal(api.match(/"\$ref"/g)?.length, api.match(/"\$ref": "#\/components\/schemas\/\w+"/g)?.length);
});

test("every permission of the tables says what it allows", () => {
  for (const [name, { says }] of Object.entries(permissions)) assert.match(says, /^[A-Z].*\.$/, name);
});

test("docs/openapi.json is what the routes say", async () => {
  assert.equal(await readFile(new URL("../docs/openapi.json", import.meta.url), "utf8"), api);
});

test("docs/run.md lists every setting and secret with its default, and none that is not there", async () => {
  const text = await readFile(new URL("../docs/run.md", import.meta.url), "utf8");
  const written = [...text.matchAll(/^\| `(?:(--[\w-]+)` \/ `)?(MERIDIAN_\w+)` \| (?:`([^`]*)`)? ?\| (.+?) \|$/gm)].map(
    ([, flag, variable, fallback, says]) => ({ flag, variable, fallback, says }),
  );
  const known = describeSettings().map(({ flag, variable, fallback, says }) => ({ flag, variable, fallback, says }));
  assert.deepEqual(written, known);
});
