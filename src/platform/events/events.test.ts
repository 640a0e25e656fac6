import assert from "node:assert/strict";
import { test } from "node:test";
import { EventsError, eventsError } from "./events.ts";

test("a disk without room has one name, whether the engine finds it or this process does", () => {
  for (const code of ["243", "75", "ENOSPC", "EDQUOT"]) {
    const error = eventsError(Object.assign(new Error("no room"), { code }));
    assert.ok(error instanceof EventsError && error.code === "full", code);
  }
});

test("an error that nobody reacts to stays as it is", () => {
  const error = Object.assign(new Error("odd"), { code: "1" });
  assert.equal(eventsError(error), error);
});
