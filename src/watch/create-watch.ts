import { join } from "node:path";
import { availableParallelism } from "node:os";
import type { Actor, ChangeDoor } from "#access";
import type { Route } from "#http";
import type { ReadingLimits } from "#ingest";
import type { Take } from "#intake";
import type { EventsReading, FindingsReading, LakeStore, RiskReading, ValuesReading } from "#lake";
import { type Clock, every, type PartHealth, type Records, type Streams } from "#platform";
import type { RuleSet } from "#sigma";
import type { Log, Metrics } from "#telemetry";
import { createAlertKeeper } from "./alerts/keep-alerts.ts";
import { progressOf } from "./alerts/store.ts";
import { correlateForAll } from "./correlate/correlate-for-all.ts";
import { createLiveCorrelator } from "./correlate/live-correlator.ts";
import { createTeller, observationsPlan } from "./correlate/observations.ts";
import { rebuildCorrelations } from "./correlate/rebuild.ts";
import { createMuteBook } from "./exceptions/mute-book.ts";
import { watchRoutes } from "./http.ts";
import { createGeoBook } from "./geo/geo-book.ts";
import { signInsOf } from "./geo/sign-ins-of.ts";
import { travelRule, watchTravel } from "./geo/watch-travel.ts";
import { createHunts } from "./indicators/hunts.ts";
import { createIndicatorBook } from "./indicators/indicator-book.ts";
import type { Generation } from "./rules/generation.ts";
import { keepNamedSets, namedSets } from "./rules/own-sets.ts";
import { createCanary } from "./canary/canary.ts";
import { createGaps } from "./replay/repair-gaps.ts";
import { repairWork } from "./replay/repair-work.ts";
import { createReplayDesk } from "./replay/replay-desk.ts";
import { createRuleBook } from "./rules/rule-book.ts";
import { createCommitter } from "./spine/commit.ts";
import { createLanes, type Lanes } from "./spine/lanes.ts";
import type { FindingDraft } from "./spine/finding-rows.ts";
import { createRiskBook, riskListedRule, riskRule, riskRuleWindow } from "./risk/risk-book.ts";
import { createSpineMetrics } from "./spine/spine-metrics.ts";
import { createSpine } from "./spine/take.ts";
import type { WatchTables } from "./tables.ts";

export interface WatchOptions {
  /** Ready to store and to be read. */
  readonly lake: LakeStore & FindingsReading & ValuesReading & EventsReading & RiskReading;
  /** Migrated. */
  readonly records: Records;
  /** What findings reach other processes by; without it they find them in the lake, some seconds later. */
  readonly streams?: Streams | undefined;
  readonly change: ChangeDoor;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** A folder of this room's own, for what can be made again: rules that were read, checkouts. */
  readonly folder: string;
  readonly settings: WatchSettings;
}

export interface WatchSettings {
  /** Whether this process may be the one that correlates for all that share its records, and names their rule sets. */
  readonly detects?: boolean;
  /** Folders of rules beside our own. */
  readonly rules: readonly string[];
  /** The folder of our own rules. */
  readonly ownRules: string;
  /** Files in the MaxMind DB format. */
  readonly geoipFiles?: readonly string[];
  /** Threads that read and detect; a core less than there are when not said. */
  readonly lanes?: number;
  /** Bytes of deliveries that may be under way. */
  readonly queue: number;
  /** How much later than others an event may come and still be correlated with them. Milliseconds. */
  readonly lateness: number;
  readonly limits?: Partial<ReadingLimits>;
  /** Milliseconds between looks at rule folders, and at checkouts' origins. */
  readonly drain?: number;
  readonly look?: number;
  readonly pull?: number;
}

export interface Watch {
  readonly take: Take;
  readonly routes: readonly Route<Actor>[];
  /**
   * Loads the rules, makes good what the last end left undone, and lets deliveries in. Disposed of, it takes nothing
   * more, ends what was accepted, and stops.
   */
  start(): Promise<AsyncDisposable>;
  health(): Promise<PartHealth>;
  /** Keeps findings that other rooms made, and raises their alerts; see `Committer.raise`. */
  raise(drafts: readonly FindingDraft[]): Promise<void>;
}

const noRules: RuleSet = { detections: [], correlations: [], setAside: [], findings: [], silent: [] };

export function createWatch(options: WatchOptions): Watch {
  const { lake, records, change, clock, log, settings } = options;
  const read = records.tables<WatchTables>();
  const metrics = createSpineMetrics(options.metrics);
  const stop = new AbortController();
  const size = settings.lanes ?? Math.max(1, availableParallelism() - 1);
  let inForce: { lanes: Lanes; generation: Generation } | undefined;
  const generation = () => inForce!.generation;

  const indicators = createIndicatorBook({ read, change, clock });
  const book = createRuleBook({
    read,
    clock,
    log,
    cache: join(options.folder, "rules"),
    checkouts: join(options.folder, "checkouts"),
    look: settings.look ?? 30_000,
    pull: settings.pull ?? 900_000,
    placeholders: indicators.placeholders,
    builtIn: () => [riskListedRule, travelRule, ...indicators.rules],
    use,
  });
  const muting = createMuteBook({
    read,
    change,
    clock,
    log,
    logsourceOf: (rule) => book.rules.find(({ id }) => id === rule)?.logsource,
  });
  const correlator = createLiveCorrelator({ rules: noRules, lateness: settings.lateness });
  const shared = records.maker === "postgres";
  let tell: ReturnType<typeof createTeller> | undefined;
  const alerts = createAlertKeeper({
    shared,
    read,
    change,
    clock,
    findings: lake,
    windowOf: (rule) => (rule === riskRule ? riskRuleWindow : inForce?.generation.byId.get(rule)?.window),
    oldest: () => spine.oldest(),
  });
  const committer = createCommitter({
    lake,
    alerts,
    correlator,
    muting,
    clock,
    generation,
    signal: stop.signal,
    ...(shared && { tell: (findings) => tell?.(findings) }),
    onRetry: (what, error) => {
      metrics.retried(what);
      log.warn("a step failed and is done again", { what, error });
    },
    more: (worked, received) => travel.observe(signInsOf(worked), received),
    onFindings: (findings) => {
      for (const { type, level, muted } of findings) metrics.found(type, level, muted);
      risks.observe(findings);
    },
  });
  const spine = createSpine({
    committer,
    lanes: () => inForce,
    books: () => ({ exceptions: muting.shared, indicators: indicators.shared, signIns: geo.on }),
    clock,
    mostBytes: settings.queue,
    metrics,
  });

  const risks = createRiskBook({
    read,
    lake,
    clock,
    raise: (drafts) => committer.raise(drafts),
    suppressed: (rule, entity) => muting.suppressed(rule, entity),
  });
  const geo = createGeoBook(settings.geoipFiles ?? [], log);
  const travel = watchTravel({ geo, suppressed: muting.suppressed, excepted: muting.excepted });
  const hunts = createHunts({ read, lake, muting, raise: (drafts) => committer.raise(drafts), clock, log });

  /** Lanes compile the new rules beside those that work; then all that comes is asked by the new ones. */
  async function use(next: Generation): Promise<void> {
    const lanes = createLanes({
      ruleSet: next.json,
      size,
      limits: settings.limits ?? {},
      onCrash: (error) => {
        metrics.crashed();
        log.error("a lane ended by itself; its delivery is tried again", { error });
      },
    });
    try {
      await lanes.ready();
    } catch (error) {
      await lanes[Symbol.asyncDispose]();
      throw error;
    }
    const before = inForce;
    inForce = { lanes, generation: next };
    correlator.use(next.correlating);
    // What the old lanes were given they still do.
    if (before)
      void Promise.resolve(before.lanes[Symbol.asyncDispose]()).catch((error: unknown) =>
        log.error("lanes did not end", { error }),
      );
  }

  const repairing = { lake, clock, muting, generation, raise: committer.raise };
  const monotonic = () => performance.now();
  const desk = createReplayDesk({
    lake,
    read,
    change,
    log,
    monotonic,
    exceptions: () => muting.shared,
    repair: repairWork({ ...repairing, monotonic }),
  });
  const {
    folder,
    settings: { limits = {} },
  } = options;
  const { raise } = committer;
  const canary = createCanary({
    read,
    change,
    clock,
    log,
    limits,
    generation,
    exceptions: () => muting.shared,
    raise,
  });
  const gaps = createGaps({ ...repairing, book, log, folder, oldest: () => spine.oldest() });

  /** Exceptions of a list's rule are in force as long as there is the list. */
  async function listsChanged(): Promise<void> {
    if (await indicators.refresh()) await muting.refresh();
    // Rules that name a list are loaded in the background.
    void book.refill().catch((error: unknown) => log.error("rules could not be filled anew", { error }));
  }

  /** Another process may have changed them, and an indicator that rules name may be over. */
  async function lookAtLists(): Promise<void> {
    if (await indicators.refresh()) await muting.refresh();
    await book.refill();
  }

  /** Correlations of a process that has its records to itself. */
  async function startCorrelating(opening: AsyncDisposableStack, onFault: (error: unknown) => void): Promise<void> {
    const settled = (await progressOf(read, "alerts")) ?? 0;
    const started = clock.now();
    await rebuildCorrelations({ lake, correlator, committer, clock, from: settled - settings.lateness - grace });
    const tick = async () => {
      if (clock.now() - started >= settings.lateness + grace) await committer.tick();
    };
    opening.use(every(1_000, tick, { clock, onFault }));
  }

  /** One process correlates what all of them find. */
  async function startCorrelatingForAll(opening: AsyncDisposableStack): Promise<void> {
    const { streams } = options;
    const stream = streams?.durable ? await streams.open(observationsPlan) : undefined;
    const { wants } = correlator;
    const onFault = (error: unknown) =>
      log.debug("a stream did not take what was found; it is read from the lake", { error });
    if (stream) tell = createTeller({ stream, wants, onFault });
    if (!(settings.detects ?? true)) return;
    const quiet = settings.lateness + grace;
    opening.use(correlateForAll({ records, read, change, stream, lake, correlator, committer, clock, log, quiet }));
  }

  async function start(): Promise<AsyncDisposable> {
    await using opening = new AsyncDisposableStack();
    await keepNamedSets(read, change, namedSets(settings.ownRules, settings.rules), settings.detects ?? true);
    opening.defer(async () => {
      await inForce?.lanes[Symbol.asyncDispose]();
    });
    opening.use(book);
    await indicators.refresh();
    await book.start();
    if (!inForce) throw new Error("the rules could not be loaded", { cause: book.failure });
    await muting.refresh();
    await alerts.recover();
    const fault = (job: string) => (error: unknown) => log.error("a job failed and runs again later", { job, error });
    if (shared) await startCorrelatingForAll(opening);
    else await startCorrelating(opening, fault("watch.tick"));
    opening.use(every(30_000, lookAtLists, { clock, onFault: fault("watch.indicators") }));
    opening.use(every(600_000, () => indicators.forget(), { clock, onFault: fault("watch.forget-indicators") }));
    const lookAtExceptions = async () => {
      await muting.keep();
      // Another process may have changed them.
      if (shared) await muting.refresh();
    };
    opening.use(every(30_000, lookAtExceptions, { clock, onFault: fault("watch.exceptions") }));
    opening.defer(() => stop.abort(new Error("Meridian is stopping")));
    opening.defer(() =>
      Promise.race([spine[Symbol.asyncDispose](), clock.sleep(settings.drain ?? drain, stop.signal)]),
    );
    opening.use(hunts);
    await geo.refresh();
    opening.use(every(30_000, () => geo.refresh(), { clock, onFault: fault("watch.geoip") }));
    await risks.refresh();
    await risks.rebuild();
    opening.use(every(2_000, () => risks.check(), { clock, onFault: fault("watch.risk") }));
    opening.use(every(60_000, () => risks.refresh(), { clock, onFault: fault("watch.risk-settings") }));
    await desk.start();
    opening.use(desk);
    await gaps.open();
    opening.defer(() => gaps.close());
    const look = async (signal: AbortSignal) => {
      await gaps.look(signal);
      await canary.look(signal);
    };
    opening.use(every(5_000, look, { clock, onFault: fault("watch.look-after-rules") }));
    spine.open();
    const opened = opening.move();
    return { [Symbol.asyncDispose]: () => opened.disposeAsync() };
  }

  /** Of health: a file that is gone keeps nobody from detecting. */
  function addresses(): string {
    if (geo.problem !== "") return geo.problem;
    return geo.on ? geo.files.map(({ type }) => type).join(", ") : "no file tells where they are";
  }

  return {
    take: spine.take,
    routes: watchRoutes({
      read,
      change,
      clock,
      book,
      muting,
      lake,
      indicators,
      hunts,
      risks,
      geo,
      listsChanged,
      desk,
      generation,
      canary,
    }),
    start,
    raise: (drafts) => committer.raise(drafts),
    health: () =>
      Promise.resolve({
        ok: inForce !== undefined && book.failure === "",
        maker: "lanes",
        detail: book.failure !== "" ? book.failure : `generation ${book.generation}; addresses: ${addresses()}`,
      }),
  };
}

/** How long what was accepted may take to be done at the end; then its senders have to send it again. Milliseconds. */
const drain = 20_000;
/** After a start, events that waited at their senders come first; only then may their absence be told. Milliseconds. */
const grace = 60_000;
