import { createReadStream } from "node:fs";
import type { LogInput } from "./contract.ts";

/** The log at a path; `-` is standard input. Nothing is opened yet. */
export function openPath(path: string, name: string = path === "-" ? "stdin" : path): LogInput {
  if (path === "-") return { name, open: () => process.stdin };
  return { name, path, open: (signal) => createReadStream(path, signal ? { signal } : {}) };
}
