import { stat } from "node:fs/promises";
import { ofLevel, planLog, runScan, type ScanOutcome, type ScanTask } from "#detect";
import { findLogs, type ReadingLimits, type ReadingProblem } from "#ingest";
import { levels, type RuleSet } from "#sigma";
import { cacheFolder } from "../cache-folder.ts";
import type { Verb } from "../main.ts";
import { printable, printableJson } from "../printable.ts";
import { refuse } from "../refuse.ts";
import { csvReport } from "../report/csv.ts";
import { htmlReport } from "../report/html.ts";
import { jsonReport, ndjsonReport } from "../report/json.ts";
import type { Report } from "../report/report.ts";
import { sarifReport } from "../report/sarif.ts";
import { tableReport } from "../report/table.ts";
import { loadSource, rulePathsOr } from "../rule-source.ts";
import { version } from "../version.ts";
import { scanHelp, scanOptions, type ScanOptions } from "./options.ts";
import { openOutput, type Output } from "./output.ts";
import { createProgressBar } from "./progress-bar.ts";

/** Input up to this size is scanned in the main thread: starting workers would take longer. */
const littleInput = 6 * 1024 * 1024;
/** Complaints shown one by one; the rest is counted, and written out with --problems. */
const complaintsShown = 20;

export const scanVerb: Verb = async (args, signal) => {
  if (args.includes("--help") || args.includes("-h")) {
    console.log(scanHelp);
    return 0;
  }
  const options = scanOptions(args);
  const began = Date.now();
  const rulePaths = rulePathsOr(options.rules);
  using bar = createProgressBar(process.stderr, !options.quiet && !streamsToTerminal(options));
  const say = (line: string) => bar.above(() => console.error(line));
  bar.say("reading rules");
  const loaded = await loadSource({ ...options, paths: rulePaths }, say);
  const ruleSet = options.level === undefined ? loaded.ruleSet : ofLevel(loaded.ruleSet, options.level);
  const ruleCount = ruleSet.detections.length + ruleSet.correlations.length;
  if (ruleCount === 0) throw refuse("no-rules", { paths: rulePaths.join(" ") });
  sayAside(ruleSet, say);

  await using output = await openOutput(options.output);
  await using problems =
    options.problems === undefined ? undefined : await openOutput(options.problems, "what --problems asked for");
  const report = reportFor(options, output);
  const leave = new AbortController();
  const stop = AbortSignal.any([signal, leave.signal]);
  const limits = options.recordBytes === undefined ? {} : { recordBytes: options.recordBytes };
  const { tasks, totalBytes, unusable } = await plan(options.logs, limits, stop, began, say);
  bar.say("starting");
  let complaints = 0;
  function complain(file: string, problem: ReadingProblem): void | Promise<void> {
    if (complaints++ < complaintsShown) {
      say(
        `meridian: ${printable(file)}, record ${problem.index}, byte ${problem.offset}: ${printable(problem.message)}`,
      );
    }
    return problems?.write(`${printableJson(JSON.stringify({ file, ...problem }))}\n`);
  }

  const workers = options.workers ?? (totalBytes !== undefined && totalBytes <= littleInput ? 0 : undefined);
  await output.write(report.begin());
  const outcome = await runScan(
    {
      ruleSet,
      tasks,
      ...(workers !== undefined && { workers }),
      suppressFor: options.suppress,
      signal: stop,
      settings: {
        index: options.index,
        exactKeys: options.exactKeys,
        routing: options.routing,
        limits,
        ...(options.as && { as: options.as }),
        ...(options.cache && { cache: cacheFolder() }),
      },
    },
    {
      finding(json, rule, time, host) {
        if (output.state !== "open") leave.abort();
        return output.write(report.finding(json, rule, time, host));
      },
      problem: complain,
      progress: (soFar) => bar.show(soFar, totalBytes),
    },
  );
  const setAside = ruleSet.setAside.map(({ id, title, reason }) => ({ id, title, reason: reason.message }));
  const told = {
    outcome,
    rules: ruleCount,
    setAside,
    took: Date.now() - began,
    version,
    rulePaths,
    logPaths: options.logs,
    began,
  };
  bar[Symbol.dispose]();
  await output.write(report.end(told));
  await output.end();
  await problems?.end();
  if (output.state === "failed" || problems?.state === "failed") return 2;
  if (output.state === "closed") return 0;
  sayRest(outcome, complaints, options);
  console.error(
    `${outcome.events} events, ${outcome.findings} findings, ${ruleCount} rules, ${outcome.unreadable} unreadable`,
  );
  return outcome.complete ? exitCode(outcome, options, loaded.problems.length + unusable()) : 130;
};

/** Findings that are told one by one on a terminal would run into a bar. */
function streamsToTerminal({ format, output }: ScanOptions): boolean {
  return output === undefined && process.stdout.isTTY && format !== "table" && format !== "html";
}

/** Finds the logs first, since their sizes tell how far the scan is; the work is still handed out while it goes. */
async function plan(
  paths: readonly string[],
  limits: Partial<ReadingLimits>,
  signal: AbortSignal,
  now: number,
  say: (line: string) => void,
) {
  const found: string[] = [];
  let unusable = 0;
  let totalBytes: number | undefined = 0;
  for await (const log of findLogs(paths)) {
    if (log.kind === "problem") {
      if (log.code !== "already-read") unusable++;
      say(`meridian: ${printable(log.message)}`);
      continue;
    }
    found.push(log.path);
    const info = log.path === "-" ? undefined : await stat(log.path);
    totalBytes = info?.isFile() && totalBytes !== undefined ? totalBytes + info.size : undefined;
  }
  async function* tasks(): AsyncGenerator<ScanTask> {
    for (const path of found) yield* planLog(path, limits, signal, now);
  }
  return { tasks: tasks(), totalBytes, unusable: () => unusable };
}

function reportFor({ format }: ScanOptions, output: Output): Report {
  switch (format) {
    case "table":
      return tableReport({ width: output.columns, colour: output.isTerminal && process.env["NO_COLOR"] === undefined });
    case "ndjson":
      return ndjsonReport();
    case "json":
      return jsonReport();
    case "csv":
      return csvReport();
    case "html":
      return htmlReport();
    case "sarif":
      return sarifReport();
  }
}

function sayAside({ setAside }: RuleSet, say: (line: string) => void): void {
  if (setAside.length === 0) return;
  const reasons = new Map<string, number>();
  for (const { reason } of setAside) reasons.set(reason.code, (reasons.get(reason.code) ?? 0) + 1);
  const told = [...reasons].map(([code, count]) => `${count} ${code}`).join(", ");
  say(`meridian: ${setAside.length} rules set aside, not asked (${told}); --format json and html name them`);
}

function sayRest(outcome: ScanOutcome, complaints: number, options: ScanOptions): void {
  const lines = [
    !outcome.complete && "interrupted: the rest of the logs was not scanned, correlations were not asked",
    complaints > complaintsShown &&
      `${complaints - complaintsShown} more complaints${options.problems === undefined ? "; --problems FILE keeps them all" : ""}`,
    outcome.suppressed > 0 && `${outcome.suppressed} findings held back by --suppress`,
    outcome.correlation.undated > 0 &&
      `${outcome.correlation.undated} matches could not be correlated: their events tell no time`,
    outcome.correlation.dropped > 0 && `${outcome.correlation.dropped} matches found no room in correlation`,
    outcome.correlation.evictedGroups > 0 &&
      `${outcome.correlation.evictedGroups} correlation groups were forgotten for want of room`,
  ];
  for (const line of lines) if (line !== false) console.error(`meridian: ${line}`);
}

function exitCode(outcome: ScanOutcome, { failOn, strict }: ScanOptions, unusable: number): number {
  const reached = failOn && levels.slice(levels.indexOf(failOn)).some((level) => outcome.tally.byLevel[level] > 0);
  if (reached) return 1;
  if (unusable > 0) return 3;
  return strict && outcome.unreadable > 0 ? 4 : 0;
}
