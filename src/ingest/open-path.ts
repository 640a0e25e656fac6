import { createReadStream } from "node:fs";
import type { LogInput } from "./contract.ts";
import { standardInput } from "./standard-input.ts";

/** The log at a path; `-` is standard input. Nothing is opened yet. */
export function openPath(path: string, name: string = path === "-" ? "stdin" : path): LogInput {
  if (path === "-") return standardInput();
  return { name, path, open: (signal) => createReadStream(path, signal ? { signal } : {}) };
}
