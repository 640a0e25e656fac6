import { readdir, realpath, stat } from "node:fs/promises";
import { join } from "node:path";
import { type Clock, createPool, every, type Reader } from "#platform";
import type { Log } from "#telemetry";
import type { WatchTables } from "../tables.ts";
import { checkOut, newestCommit } from "./git-checkout.ts";
import type { Generation, RuleFacts } from "./generation.ts";
import type { ListedRule, LoadedSets, LoadSet, LoadTask } from "./load-protocol.ts";
import { type RuleSetRow, rulesOff, ruleSetRows } from "./store.ts";

export interface RuleBookOptions {
  readonly read: Reader<WatchTables>;
  readonly clock: Clock;
  readonly log: Log;
  /** Where rules that were read are kept. */
  readonly cache: string;
  /** Where checkouts are kept. */
  readonly checkouts: string;
  /** Milliseconds between looks at folders, and at checkouts' origins. */
  readonly look: number;
  readonly pull: number;
  /** Transports of git that are allowed, where it is not the usual two. */
  readonly schemes?: readonly string[];
  /** What `%name%` stands for in rules: values of lists, by name. */
  readonly placeholders?: () => Promise<Readonly<Record<string, readonly string[]>>>;
  /** Rules that the program brings itself, which are on while they are listed. */
  readonly builtIn?: () => readonly ListedRule[];
  /** Takes rules into use; rejects when lanes cannot, and the old ones stay in force. */
  readonly use: (generation: Generation) => Promise<void>;
}

/** How a rule set is doing. */
export interface RuleSetState {
  readonly state: "loaded" | "off" | "missing" | "failed";
  /** What is wrong with it, or with the last try to load it. */
  readonly why: string;
  /** Of a checkout. */
  readonly commit: string;
  readonly rules: number;
  readonly on: number;
  readonly broken: number;
  readonly loadedAt: number;
}

export interface RuleBook extends AsyncDisposable {
  /** Of all sets that were found, on or not. */
  readonly rules: readonly ListedRule[];
  readonly generation: number;
  /** Whether rules are being loaded now, and why the last try failed: then the rules of before are in force. */
  readonly loading: boolean;
  readonly failure: string;
  stateOf(set: RuleSetRow): RuleSetState;
  /** Loads everything anew, in the background of whoever does not wait; gives whether it is in force. */
  reload(): Promise<boolean>;
  /** Loads anew where rules name placeholders whose values are others than those that were loaded. */
  refill(): Promise<void>;
  /** Fetches a checkout from its origin, then loads. */
  pull(set: RuleSetRow): Promise<void>;
  /** Loads for the first time, then looks after folders and checkouts. */
  start(): Promise<void>;
}

const module = new URL("./load-worker.ts", import.meta.url);

export function createRuleBook(options: RuleBookOptions): RuleBook {
  const { read, log, clock } = options;
  const stop = new AbortController();
  const git = { signal: stop.signal, ...(options.schemes && { schemes: options.schemes }) };
  let rules: readonly ListedRule[] = [];
  let generation = 0;
  let loadedAt = 0;
  let failure = "";
  let problems: Readonly<Record<string, string>> = {};
  let named: readonly string[] = [];
  let filled = "[]";
  const commits = new Map<string, string>();
  const gitProblems = new Map<string, string>();
  let fingerprint = "";
  let loading: Promise<boolean> | undefined;
  let again: Promise<boolean> | undefined;
  const jobs: AsyncDisposable[] = [];

  const folderOf = ({ kind, place, id }: RuleSetRow) => (kind === "git" ? join(options.checkouts, id) : place);

  async function load(): Promise<boolean> {
    try {
      const rows = (await ruleSetRows(read)).filter(({ enabled }) => enabled === 1);
      const sets: LoadSet[] = [];
      for (const row of rows) sets.push({ id: row.id, path: await real(folderOf(row)), level: row.level });
      const off = (await rulesOff(read)).map(({ rule }) => rule);
      const seen = await fingerprintOf(sets, off);
      const placeholders = (await options.placeholders?.()) ?? {};
      await using pool = createPool<LoadTask, LoadedSets>({ module, size: 1, signal: stop.signal });
      const loaded = await pool.run({ sets, off, cache: options.cache, placeholders });
      await options.use(generationOf(loaded, generation + 1));
      generation++;
      rules = loaded.rules;
      problems = loaded.problems;
      named = loaded.placeholders;
      filled = fillings(placeholders, named);
      fingerprint = seen;
      failure = "";
      loadedAt = clock.now();
      const on = rules.filter(({ state }) => state === "on" || state === "serving").length;
      log.info("rules are in force", {
        generation,
        rules: on,
        broken: rules.filter(({ state }) => state === "broken").length,
      });
      return true;
    } catch (error) {
      if (stop.signal.aborted) return false;
      failure = error instanceof Error ? error.message : String(error);
      log.error("rules could not be loaded; those of before stay in force", { error });
      return false;
    }
  }

  /** One load at a time; what is asked for while one goes is answered by the next one. */
  function reload(): Promise<boolean> {
    if (!loading) return (loading = load().finally(() => (loading = undefined)));
    return (again ??= loading.then(() => {
      again = undefined;
      return reload();
    }));
  }

  async function lookAround(): Promise<void> {
    const rows = (await ruleSetRows(read)).filter(({ enabled }) => enabled === 1);
    // Those that another process was told of.
    for (const row of rows) if (row.kind === "git" && !commits.has(row.id) && !gitProblems.has(row.id)) await pull(row);
    const sets: LoadSet[] = [];
    for (const row of rows) sets.push({ id: row.id, path: await real(folderOf(row)), level: row.level });
    const off = (await rulesOff(read)).map(({ rule }) => rule);
    if ((await fingerprintOf(sets, off)) !== fingerprint) await reload();
  }

  async function pull(row: RuleSetRow): Promise<void> {
    const place = { url: row.place, branch: row.branch ?? "main", ...(row.pin !== null && { pin: row.pin }) };
    const newest = await newestCommit(place, git);
    const known = commits.get(row.id);
    if (newest.ok && newest.commit === known) return void gitProblems.delete(row.id);
    const outcome = newest.ok ? await checkOut(folderOf(row), place, git) : newest;
    if (!outcome.ok) {
      gitProblems.set(row.id, outcome.why);
      log.warn("a rule set could not be fetched; its rules of before stay in force", {
        set: row.name,
        why: outcome.why,
      });
      return;
    }
    gitProblems.delete(row.id);
    commits.set(row.id, outcome.commit);
  }

  async function pullAll(): Promise<void> {
    const rows = (await ruleSetRows(read)).filter(({ enabled, kind }) => enabled === 1 && kind === "git");
    for (const row of rows) await pull(row);
    if (rows.length > 0) await lookAround();
  }

  return {
    get rules() {
      const builtIn = options.builtIn?.() ?? [];
      return builtIn.length === 0 ? rules : [...rules, ...builtIn];
    },
    get generation() {
      return generation;
    },
    get loading() {
      return loading !== undefined;
    },
    get failure() {
      return failure;
    },
    stateOf(row) {
      const own = rules.filter(({ set }) => set === row.id);
      const why = gitProblems.get(row.id) ?? problems[row.id] ?? "";
      const on = own.filter(({ state }) => state === "on" || state === "serving").length;
      const state =
        row.enabled === 0 ? "off" : why !== "" && own.length === 0 ? "missing" : failure !== "" ? "failed" : "loaded";
      return {
        state,
        why: why || failure,
        commit: commits.get(row.id) ?? "",
        rules: own.length,
        on,
        broken: own.filter((rule) => rule.state === "broken").length,
        loadedAt,
      };
    },
    reload,
    async refill() {
      if (named.length > 0 && fillings((await options.placeholders?.()) ?? {}, named) !== filled) await reload();
    },
    async pull(row) {
      await pull(row);
      await reload();
    },
    async start() {
      await reload();
      const fault = (job: string) => (error: unknown) => log.error("a job failed and runs again later", { job, error });
      jobs.push(
        every(options.pull, pullAll, { clock, onFault: fault("watch.pull-rules") }),
        every(options.look, lookAround, { clock, onFault: fault("watch.look-for-rules") }),
      );
    },
    async [Symbol.asyncDispose]() {
      stop.abort(new Error("the rule book is closed"));
      await Promise.all(jobs.map((job) => job[Symbol.asyncDispose]()));
      await Promise.allSettled([loading, again]);
    },
  };
}

function generationOf({ json, correlating, rules }: LoadedSets, number: number): Generation {
  const byId = new Map<string, RuleFacts>();
  for (const { id, title, type, level, tags, state, window, file, set } of rules)
    if (state === "on" || state === "serving")
      byId.set(id, { id, title, type, level, tags, silent: state === "serving", window, file, set });
  return {
    number,
    detections: correlating.detections.map(({ id }) => byId.get(id)!),
    byId,
    correlating,
    json,
  };
}

function fillings(placeholders: Readonly<Record<string, readonly string[]>>, named: readonly string[]): string {
  return JSON.stringify(
    named.flatMap((name) => (Object.hasOwn(placeholders, name) ? [[name, placeholders[name]]] : [])),
  );
}

/** Without symbolic links, as far as it is there: rules are told by where their files really lie. */
async function real(path: string): Promise<string> {
  return realpath(path).catch(() => path);
}

/** Changes whenever a rule file does, or what is on. */
async function fingerprintOf(sets: readonly LoadSet[], off: readonly string[]): Promise<string> {
  const parts: string[] = sets.map(({ id, level, path }) => `${id} ${level} ${path}`);
  parts.push(...off.toSorted());
  for (const { path } of sets) {
    const entries = await readdir(path, { recursive: true, withFileTypes: true }).catch(() => []);
    const files = entries
      .filter((entry) => /\.ya?ml$/i.test(entry.name))
      .map(({ parentPath, name }) => join(parentPath, name));
    for (let at = 0; at < files.length; at += 64)
      parts.push(
        ...(await Promise.all(
          files.slice(at, at + 64).map(async (file) => {
            const found = await stat(file).catch(() => undefined);
            return `${file} ${found?.size} ${found?.mtimeMs}`;
          }),
        )),
      );
  }
  return parts.join("\n");
}
