import { join } from "node:path";
import { loadKinds, openPath } from "#ingest";
import { compileMatcher, createCorrelator, type RuleSet } from "#sigma";
import type { Lane } from "./in-order.ts";
import { createInputScanner, type FoundPart } from "./scan-input.ts";
import { bytesInput, type ScanTask } from "./task.ts";
import type { ScannerSettings } from "./worker-protocol.ts";

/** Descriptions of log sources that come with Meridian. */
export const ownSources = join(import.meta.dirname, "..", "..", "..", "content", "sources");

/** A lane in this thread: compiles the rules once, then scans task after task. */
export function createScanLane(ruleSet: RuleSet, settings: ScannerSettings): Lane<ScanTask, FoundPart> {
  const { index, routing, limits } = settings;
  const scanner = createInputScanner({
    matcher: compileMatcher(ruleSet.detections, { index, routing }),
    recognise: loadKinds(ownSources),
    silent: new Set(ruleSet.silent),
    wants: createCorrelator(ruleSet).wants,
    limits,
  });
  return {
    work(task, signal) {
      if (task.kind === "bytes") {
        return scanner.scan(bytesInput(task.name, task.bytes), task.format ? { format: task.format } : {}, signal);
      }
      const { format, start, end } = task;
      const range = {
        ...(format && { format }),
        ...(start !== undefined && { start }),
        ...(end !== undefined && { end }),
      };
      return scanner.scan(openPath(task.path, task.name), range, signal);
    },
  };
}
