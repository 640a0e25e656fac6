import { glob, mkdtemp, readFile, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { root, runNode } from "../run-program.ts";
import type { Verdict } from "./count-tests.ts";

/**
 * Runs every suite and ends with one line, `N passed, N failed, N skipped`. Most files share a process, which costs a
 * fiftieth of a process per file; `*.isolated.test.ts` get one each, since they kill it or hold what is there once. As
 * many processes go side by side as there are processors.
 */
export async function testAll(words: string[]): Promise<number> {
  const files = await findTests(words);
  if (files.length === 0) {
    console.error(`no test file's path holds ${words.map((word) => `"${word}"`).join(" or ")}`);
    return 2;
  }
  const lanes = Math.min(availableParallelism(), mostLanes);
  const groups = groupsOf(files, roomsAlone);
  const verdicts = (await inLanes(lanes, groups, (group) => runFiles(group.files, group.options))).flat();
  tellSkipped(verdicts);
  const count = (outcome: Verdict["outcome"]) => verdicts.filter((verdict) => verdict.outcome === outcome).length;
  const failed = count("failed");
  console.log(`${count("passed")} passed, ${failed} failed, ${count("skipped")} skipped`);
  return failed === 0 && count("passed") > 0 ? 0 : 1;
}

/** A process with an engine in it takes up to 2 GB; more lanes than these want more memory than most machines have. */
const mostLanes = 4;

/** Enough of them that all processors are busy to the end, few enough that starting processes costs little. */
const roomsAlone = 5;

export interface Group {
  readonly files: readonly string[];
  readonly options: readonly string[];
}

/** What shares a process: each of the `most` rooms with the most files, all other rooms together, each isolated file alone. */
export function groupsOf(files: readonly string[], most: number): Group[] {
  const isolated = files.filter((file) => file.endsWith(".isolated.test.ts"));
  const rooms = Map.groupBy(
    files.filter((file) => !isolated.includes(file)),
    (file) => file.split("/").slice(0, 2).join("/"),
  );
  const bySize = [...rooms.values()].toSorted((a, b) => b.length - a.length);
  const shared = [...bySize.slice(0, most), bySize.slice(most).flat()].filter((group) => group.length > 0);
  return [
    ...shared.map((group) => ({ files: group, options: ["--test-isolation=none"] })),
    ...isolated.map((file) => ({ files: [file], options: ["--test-isolation=process"] })),
  ];
}

/** Does work on all items, first come first served, `lanes` at a time; gives back what came of them in their order. */
async function inLanes<Item, Result>(
  lanes: number,
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const left = [...items.entries()];
  const lane = async () => {
    for (let next = left.shift(); next; next = left.shift()) results[next[0]] = await work(next[1]);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return results;
}

async function findTests(words: readonly string[]): Promise<string[]> {
  const files: string[] = [];
  for (const pattern of ["src/**/*.test.ts", "scripts/**/*.test.ts", "bench/**/*.test.ts"])
    for await (const file of glob(pattern, { cwd: root })) files.push(file);
  return files.filter((file) => words.length === 0 || words.some((word) => file.includes(word))).sort();
}

/** The longest that one group of files may take before it is ended and counted as failed. */
const groupMinutes = 15;

/** Runs files in one `node --test`; a process that ends before its tests do, or fails without a failed test, is a failure. */
export async function runFiles(
  files: readonly string[],
  options: readonly string[],
  streams: "show" | "keep" = "show",
): Promise<Verdict[]> {
  if (files.length === 0) return [];
  const folder = await mkdtemp(join(tmpdir(), "meridian-test-"));
  try {
    const counted = join(folder, "verdicts.ndjson");
    const { code, signal } = await runNode(
      [
        "--disable-warning=ExperimentalWarning",
        "--test",
        ...options,
        "--test-timeout=180000",
        `--test-reporter=${reporter("show-tests.ts")}`,
        "--test-reporter-destination=stdout",
        `--test-reporter=${reporter("count-tests.ts")}`,
        `--test-reporter-destination=${counted}`,
        ...files,
      ],
      { streams, signal: AbortSignal.timeout(groupMinutes * 60_000) },
    );
    const text = await readFile(counted, "utf8").catch(() => "");
    const verdicts = text
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Verdict);
    const ended = verdicts.some((verdict) => verdict.outcome === "ended");
    const failed = verdicts.some((verdict) => verdict.outcome === "failed");
    if (!ended || (code !== 0 && !failed)) {
      const how = signal ? `was ended by ${signal}` : `ended with code ${code}`;
      if (streams === "show")
        console.error(`✖ the test process ${how} ${ended ? "though no test failed" : "before its tests were done"}`);
      verdicts.push({ outcome: "failed", name: "the test process ends well", file: files.join(" ") });
    }
    return verdicts;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function reporter(file: string): string {
  return new URL(file, import.meta.url).href;
}

function tellSkipped(verdicts: readonly Verdict[]): void {
  const skipped = verdicts.filter((verdict) => verdict.outcome === "skipped");
  if (skipped.length === 0) return;
  console.error(`\nSKIPPED, so not proven by this run:`);
  for (const { file, name, reason } of skipped) console.error(`  ○ ${file}: ${name}${reason ? ` (${reason})` : ""}`);
  console.error("");
}
