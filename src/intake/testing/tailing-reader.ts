/**
 * A program to be killed: reads FOLDER/app.log* as it grows and writes each record that it takes to FOLDER/taken, one line
 * each, before it says that it took it. `tailing-reader.ts FOLDER`.
 */
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { tailFiles } from "../files/tail-files.ts";
import { openDesk } from "./open-desk.ts";

const folder = process.argv[2] ?? "";
const desk = openDesk(({ key, bytes }) => {
  const lines = Buffer.from(bytes).toString("utf8").trimEnd().split("\n");
  // As the lake knows a record: by its delivery's name, its number and its bytes.
  appendFileSync(join(folder, "taken"), lines.map((line, index) => `${key} ${index} ${line}\n`).join(""));
});
const clock = { now: () => desk.clock.now(), sleep: (_: number, signal?: AbortSignal) => desk.clock.sleep(1, signal) };
const options = {
  source: "app",
  paths: [join(folder, "app.log*")],
  from: "start",
  stateFile: join(folder, "state.json"),
} as const;
await tailFiles({ desk: desk.desk, clock, log: desk.log }, options, new AbortController().signal);
