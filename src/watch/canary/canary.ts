import { type ChangeDoor, systemActor } from "#access";
import type { ReadingLimits } from "#ingest";
import { type Clock, createPool, type Reader } from "#platform";
import type { Log } from "#telemetry";
import { plainText } from "../core/plain-text.ts";
import type { Generation } from "../rules/generation.ts";
import { findingId } from "../spine/finding-id.ts";
import type { FindingDraft } from "../spine/finding-rows.ts";
import type { SharedExceptions } from "../spine/lane-protocol.ts";
import type { WatchTables } from "../tables.ts";
import type { CanaryResult, CanarySetup, CanaryTask } from "./canary-protocol.ts";
import { canaryRows, keepCanary } from "./store.ts";

export interface CanaryOptions {
  readonly read: Reader<WatchTables>;
  readonly change: ChangeDoor;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits: Partial<ReadingLimits>;
  readonly generation: () => Generation;
  readonly exceptions: () => SharedExceptions | undefined;
  readonly raise: (drafts: readonly FindingDraft[]) => Promise<void>;
}

/** Asks every rule that is on of its own example, so that none dies silently. */
export interface Canary {
  /** Of the last run, by rule; exceptions are only told of it. */
  readonly last:
    | { readonly at: number; readonly generation: number; readonly results: ReadonlyMap<string, CanaryResult> }
    | undefined;
  /** Runs, if the rules are others than those of the last run or that was long ago. */
  look(signal: AbortSignal): Promise<void>;
}

/** Parsers and pipelines come with the program, rules may change any time; all else that could break a rule is looked for at times. */
const interval = 6 * 3_600_000;
const module = new URL("./canary-worker.ts", import.meta.url);
/** MiB; as a lane's. */
const heap = 1_024;
const keeper = systemActor("watch", ["canary.keep"]);

/** The rule of findings that say another rule is dead. */
export const ruleDead = "meridian.rule-dead";

export function createCanary(options: CanaryOptions): Canary {
  const { read, change, clock, log, limits, generation, exceptions, raise } = options;
  let last: Canary["last"];

  async function run(of: Generation, signal: AbortSignal): Promise<void> {
    await using pool = createPool<CanaryTask, CanaryResult[]>({
      module,
      size: 1,
      workerData: { ruleSet: of.json, limits } satisfies CanarySetup,
      heapMegabytes: heap,
      signal,
    });
    const results = await pool.run({ exceptions: exceptions() });
    const at = clock.now();
    const before = new Map((await canaryRows(read)).map((row) => [row.rule, row]));
    const now = new Set(results.map(({ rule }) => rule));
    const changed = results.filter(({ rule, state, example, why }) => {
      const row = before.get(rule);
      return row?.state !== state || row.example !== example || row.why !== why;
    });
    const died = results.filter(({ rule, state }) => state === "dead" && before.get(rule)?.state === "alive");
    // First told, then kept: a process that dies in between tells again, under the same ids.
    if (died.length > 0) await raise(died.map((one) => deathDraft(one, of, before.get(one.rule)!.since_at, at)));
    const gone = [...before.keys()].filter((rule) => !now.has(rule));
    if (changed.length + gone.length > 0)
      await change(keeper, "canary.keep", async ({ tx, at: when, audit }) => {
        const rows = changed.map(({ rule, state, example, why }) => ({ rule, state, example, why }));
        await keepCanary(tx, rows, gone, when);
        audit("canary", {
          generation: of.number,
          changed: changed.length,
          gone: gone.length,
          died: died.map(({ rule }) => rule).slice(0, 20),
        });
      });
    last = { at, generation: of.number, results: new Map(results.map((one) => [one.rule, one])) };
    const count = (state: CanaryResult["state"]) => results.filter((one) => one.state === state).length;
    log.info("rules were asked of their examples", {
      generation: of.number,
      alive: count("alive"),
      dead: count("dead"),
      none: count("none"),
    });
  }

  return {
    get last() {
      return last;
    },
    async look(signal) {
      const of = generation();
      if (last && last.generation === of.number && clock.now() - last.at < interval) return;
      await run(of, signal);
    },
  };
}

/** The same death is one finding, whoever tells of it how often. */
function deathDraft({ rule, why }: CanaryResult, { byId }: Generation, aliveSince: number, at: number): FindingDraft {
  const facts = byId.get(rule);
  return {
    id: findingId(ruleDead, rule, String(aliveSince)),
    time: at,
    received: at,
    type: "health",
    rule: ruleDead,
    title: `A rule no longer answers to its example: ${plainText(facts?.title ?? rule)}`,
    level: "high",
    silent: 0,
    muted: "",
    source: "",
    kind: "",
    site: "",
    host: "",
    user: "",
    entity: `rule:${plainText(rule)}`,
    tags: [],
    events: [],
    matched: JSON.stringify({ rule, title: facts?.title ?? "", why }),
    fields: "{}",
    raw: "",
  };
}
