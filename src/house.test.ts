/** The floor plan as a test: what the house promises about itself. The checks themselves are tested in scripts/plan/. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { checkDependencies } from "../scripts/plan/check-dependencies.ts";
import { checkImports } from "../scripts/plan/check-imports.ts";
import { checkPurity } from "../scripts/plan/check-purity.ts";
import { checkFiles, checkRooms } from "../scripts/plan/check-rooms.ts";
import { checkTables } from "../scripts/plan/check-tables.ts";
import type { FloorPlan } from "../scripts/plan/floor-plan.ts";
import { type Complaint, readTree } from "../scripts/plan/tree.ts";

const plan: FloorPlan = {
  mayUse: {
    kernel: [],
    telemetry: ["kernel"],
    settings: ["kernel", "telemetry"],
    platform: ["kernel", "telemetry"],
    http: ["kernel", "telemetry"],
    access: ["kernel", "telemetry", "platform", "http"],
    status: ["kernel", "telemetry", "platform", "http", "access"],
    front: ["kernel", "http", "access", "status"],
    sigma: ["kernel"],
    ingest: ["kernel", "sigma"],
    detect: ["kernel", "sigma", "ingest"],
    ledger: ["kernel", "telemetry", "platform", "http", "access"],
    lake: ["kernel", "telemetry", "platform", "http", "access", "sigma", "ingest"],
    intake: ["kernel", "telemetry", "platform", "http", "access", "sigma", "ingest", "lake"],
    watch: [
      "kernel",
      "telemetry",
      "platform",
      "http",
      "access",
      "sigma",
      "ingest",
      "detect",
      "intake",
      "lake",
      "ledger",
    ],
    upkeep: ["kernel", "telemetry", "settings", "platform", "access"],
    cli: ["kernel", "telemetry", "settings", "sigma", "ingest", "detect", "ledger", "upkeep"],
  },
  pure: { kernel: [], sigma: ["yaml", "re2js", "ipaddr.js"] },
  doors: ["cli"],
};

const tree = await readTree(fileURLToPath(new URL("..", import.meta.url)));

function holds(complaints: readonly Complaint[]): void {
  if (complaints.length === 0) return;
  // The places are in the message; where this line stands would only hide them.
  const failure = new assert.AssertionError({
    message: complaints.map(({ file, says }) => `${file}: ${says}`).join("\n"),
  });
  failure.stack = failure.message;
  throw failure;
}

test("no file climbs out of its room, and rooms use only the rooms that the plan allows", () =>
  holds(checkImports(tree, plan)));
test("pure rooms and every core read no clock, no randomness and nothing of the world", () =>
  holds(checkPurity(tree, plan)));
test("every room has a README and a face, and no two rooms use each other in a ring", () =>
  holds(checkRooms(tree, plan)));
test("each table is named by its own room alone", () => holds(checkTables(tree)));
test("what is installed to run is what docs/dependencies.md gives a reason for", () => holds(checkDependencies(tree)));
test("files are named for what is in them, long ones say why, and none names a machine's paths", () =>
  holds(checkFiles(tree)));
