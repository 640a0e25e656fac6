import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { loadSources } from "./load-sources.ts";
import { sourcesPage } from "./sources-page.ts";

test("docs/sources.md lists every source, service and category that the content names", () => {
  const page = fileURLToPath(new URL("../../../docs/sources.md", import.meta.url));
  const made = sourcesPage(loadSources(fileURLToPath(new URL("../../../content/sources", import.meta.url))));
  if (process.env["MERIDIAN_WRITE_DOCS"]) writeFileSync(page, made);
  assert.equal(readFileSync(page, "utf8"), made, "docs/sources.md is out of date; it says itself how to make it anew");
});
