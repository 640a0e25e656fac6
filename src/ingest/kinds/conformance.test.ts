import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { gunzipSync } from "node:zlib";
import type { EventKind, JsonObject } from "#sigma";
import { eventTime, hostOf } from "./event-time.ts";
import { loadKinds } from "./load-kinds.ts";
import { toEvent } from "./to-event.ts";

const recognise = loadKinds();

test("every event of the OTRF sample is recognised, with its time and host", (context) => {
  const file = corpus(context, "otrf", "otrf-5k.ndjson.gz");
  if (file === undefined) return;
  const lines = gunzipSync(readFileSync(file)).toString("utf8").split("\n").filter(Boolean);
  const counts = new Map<string, number>();
  for (const line of lines) {
    const { body, kind } = eventOf(JSON.parse(line) as JsonObject);
    counts.set(kind.key, (counts.get(kind.key) ?? 0) + 1);
    assert.notEqual(kind.key, "unknown", line.slice(0, 300));
    assert.notEqual(eventTime(body, kind), undefined, line.slice(0, 300));
    assert.notEqual(hostOf(body, kind), undefined, line.slice(0, 300));
  }
  assert.equal(
    [...counts.values()].reduce((sum, count) => sum + count, 0),
    5000,
  );
  context.diagnostic(
    [...counts]
      .sort((one, other) => other[1] - one[1])
      .map(([key, count]) => `${count} ${key}`)
      .join("; "),
  );
});

test("every event of SigmaHQ's regression data is a Windows event of a known channel", (context) => {
  const folder = corpus(context, "sigmahq", "regression");
  if (folder === undefined) return;
  const kinds = new Set<EventKind>();
  for (const name of readdirSync(folder)) {
    for (const text of readFileSync(join(folder, name), "utf8")
      .split(/^(?=\{)/m)
      .filter((part) => part.trim() !== "")) {
      const { kind } = eventOf(JSON.parse(text) as JsonObject);
      assert.match(kind.key, /^windows\/.+ \(winevent\)$/, name);
      kinds.add(kind);
    }
  }
  assert.ok(kinds.size > 5);
});

function eventOf(body: JsonObject): ReturnType<typeof toEvent> {
  return toEvent({ index: 0, offset: 0, length: 0, format: "ndjson", body }, recognise);
}

function corpus(context: TestContext, ...parts: string[]): string | undefined {
  const root = process.env["MERIDIAN_CORPUS"];
  const path = join(root ?? "", ...parts);
  if (root !== undefined && existsSync(path)) return path;
  context.skip(`no corpus: set MERIDIAN_CORPUS to a folder that has ${parts.join("/")} (looked for ${path})`);
  return undefined;
}
