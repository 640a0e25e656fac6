import { join } from "node:path";
import { loadKinds, openPath, standardInput, takeAs } from "#ingest";
import { compileMatcher, createCorrelator, type RuleSet } from "#sigma";
import type { Lane } from "./in-order.ts";
import { createInputScanner, emptyPart, type FoundPart, lostPart } from "./scan-input.ts";
import { bytesInput, type ScanTask } from "./task.ts";
import type { ScannerSettings } from "./worker-protocol.ts";

/** Descriptions of log sources that come with Meridian. */
export const ownSources = join(import.meta.dirname, "..", "..", "..", "content", "sources");

/** A lane in this thread: compiles the rules once, then scans task after task. */
export function createScanLane(ruleSet: RuleSet, settings: ScannerSettings): Lane<ScanTask, FoundPart> {
  const { index, routing, limits, exactKeys = false, as, cache } = settings;
  const recognise = loadKinds(ownSources, cache === undefined ? {} : { cache });
  const scanner = createInputScanner({
    matcher: compileMatcher(ruleSet.detections, { index, routing }),
    recognise: as ? takeAs(recognise, as) : recognise,
    silent: new Set(ruleSet.silent),
    wants: createCorrelator(ruleSet).wants,
    limits,
    exactKeys,
  });
  return {
    async *work(task, signal) {
      switch (task.kind) {
        case "lost":
          yield lostPart(task.problem, task.consumed);
          return;
        case "stream":
          yield* scanner.scan(standardInput(task.head), written(task), signal);
          return;
        case "bytes": {
          const range = { offset: task.offset, ...(task.format && { format: task.format }), ...written(task) };
          const input = bytesInput(task.name, task.bytes);
          for await (const part of scanner.scan(input, range, signal)) yield { ...part, consumed: 0 };
          yield { ...emptyPart(), consumed: task.consumed };
          return;
        }
        case "file": {
          const { format, start, end } = task;
          const range = {
            ...(format && { format }),
            ...(start !== undefined && { start }),
            ...(end !== undefined && { end }),
            ...written(task),
          };
          yield* scanner.scan(openPath(task.path, task.name), range, signal);
        }
      }
    },
  };
}

function written(task: { readonly written?: number }): { written?: number } {
  return task.written === undefined ? {} : { written: task.written };
}
