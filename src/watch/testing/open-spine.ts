import { randomBytes } from "node:crypto";
import { type Access, createAccess, permissions as accessPermissions } from "#access";
import { instant, makeId } from "#kernel";
import { type Clock, readMigrations, type Records, systemClock } from "#platform";
import type { TestMaker } from "#platform/testing";
import type { RuleSet } from "#sigma";
import { createMetrics } from "#telemetry";
import { createAlertKeeper } from "../alerts/keep-alerts.ts";
import { createLiveCorrelator } from "../correlate/live-correlator.ts";
import { rebuildCorrelations } from "../correlate/rebuild.ts";
import { permissions } from "../permissions.ts";
import type { RuleFacts } from "../rules/generation.ts";
import { createCommitter } from "../spine/commit.ts";
import { createSpineMetrics } from "../spine/spine-metrics.ts";
import { createSpine } from "../spine/take.ts";
import type { WatchTables } from "../tables.ts";
import type { MemoryLake } from "./memory-lake.ts";
import { memoryLanes, testGeneration } from "./memory-lanes.ts";

/** What outlives a process: the records, and the one door to them. */
export interface TestGround extends AsyncDisposable {
  readonly records: Records;
  readonly access: Access;
}

export async function openGround(maker: TestMaker, clock: Clock): Promise<TestGround> {
  const records = await maker.open();
  await records.migrate([
    ...(await readMigrations("access", new URL("../../access/migrations/", import.meta.url))),
    ...(await readMigrations("watch", new URL("../migrations/", import.meta.url))),
  ]);
  const access = createAccess({
    records,
    clock,
    newId: (kind) => makeId(kind, clock.now(), randomBytes(10)),
    permissions: [accessPermissions, permissions],
    sessionLifetime: 1,
  });
  return { records, access, [Symbol.asyncDispose]: () => records[Symbol.asyncDispose]() };
}

export interface SpineWishes {
  readonly lake: MemoryLake;
  readonly ground: TestGround;
  readonly rules: readonly RuleFacts[];
  readonly correlating?: RuleSet;
  readonly lateness?: number;
  readonly mostBytes?: number;
  readonly clock?: Clock;
  /** Asked before alerts are kept; what it throws is thrown. */
  readonly failAlerts?: () => void;
}

/** The spine as a process has it after its start, over a lake and records that outlive it. `crash` ends it in the midst of things. */
export async function openSpine(wishes: SpineWishes) {
  const { lake, ground, rules, failAlerts = () => {} } = wishes;
  const clock = wishes.clock ?? quickClock;
  const correlating = wishes.correlating ?? {
    detections: [],
    correlations: [],
    setAside: [],
    findings: [],
    silent: [],
  };
  const stop = new AbortController();
  const metrics = createSpineMetrics(createMetrics());
  const generation = testGeneration(rules, correlating);
  const lateness = wishes.lateness ?? 0;
  const correlator = createLiveCorrelator({ rules: correlating, lateness });
  const keeper = createAlertKeeper({
    read: ground.records.tables<WatchTables>(),
    change: ground.access.change,
    clock,
    findings: lake,
    windowOf: (rule) => generation.byId.get(rule)?.window,
    oldest: () => spine.oldest(),
  });
  const committer = createCommitter({
    lake,
    alerts: {
      ...keeper,
      async apply(findings) {
        failAlerts();
        await keeper.apply(findings);
      },
    },
    correlator,
    muting: { suppressed: () => false, excepted: () => {} },
    clock,
    generation: () => generation,
    onRetry: () => {},
    onFindings: () => {},
    signal: stop.signal,
  });
  const lanes = memoryLanes(rules);
  const spine = createSpine({
    committer,
    lanes: () => ({ lanes, generation }),
    books: () => ({ exceptions: undefined }),
    clock,
    mostBytes: wishes.mostBytes ?? 1e9,
    metrics,
  });
  await keeper.recover();
  await rebuildCorrelations({ lake, correlator, committer, clock, from: 0 });
  spine.open();
  return { take: spine.take, spine, committer, keeper, correlator, crash: () => stop.abort(new Error("killed")) };
}

/** Waits are over at once. */
export const quickClock: Clock = {
  now: () => instant(systemClock.now()),
  async sleep(_, signal) {
    await new Promise((resolve) => setImmediate(resolve));
    signal?.throwIfAborted();
  },
};
