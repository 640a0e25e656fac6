import { type Actor, type ChangeDoor, systemActor } from "#access";
import type { Route } from "#http";
import type { Recognise } from "#ingest";
import { type Clock, every, type Records } from "#platform";
import type { Log, Metrics } from "#telemetry";
import { MemoryBudget } from "./body/memory-budget.ts";
import type { LetterBox, SourceFact, Take } from "./contract.ts";
import { letterRoutes } from "./dead-letters/letters-http.ts";
import { Desk } from "./desk.ts";
import { elasticRoutes } from "./doors/elastic-http.ts";
import { hecRoutes } from "./doors/hec-http.ts";
import { ingestRoutes } from "./doors/ingest-http.ts";
import { otlpRoutes } from "./doors/otlp-http.ts";
import { HealthBook } from "./health/health-book.ts";
import { readCollect } from "./read-collect.ts";
import { SourceLimits } from "./source-limits.ts";
import type { SourceHealth } from "./source-schema.ts";
import { sourceRoutes } from "./sources-http.ts";
import { Sources } from "./sources.ts";
import type { SourceRecord } from "./store.ts";
import { startSyslog, type Syslog, type SyslogOptions } from "./syslog/start-syslog.ts";
import { startCollecting } from "./start-collecting.ts";
import type { IntakeTables } from "./tables.ts";

export interface IntakeOptions {
  /** Migrated. */
  readonly records: Records;
  readonly change: ChangeDoor;
  readonly clock: Clock;
  /** Milliseconds from any start, never going back; for limits. */
  readonly monotonic: () => number;
  /** Stores and detects; every door answers only after it. */
  readonly take: Take;
  /** Where whoever takes deliveries keeps what it could not read. */
  readonly letters: LetterBox;
  readonly log: Log;
  readonly metrics: Metrics;
  /** A folder of this room's own, for what it must know again after a restart: how far it has read, what is usual. */
  readonly folder: string;
  /** Tells kinds of events apart, so that a kind that goes missing is drift, too. */
  readonly recognise?: Recognise;
  /** Told of what was found out about a source, beside the announcement; for whoever raises findings. */
  readonly onFact?: (fact: SourceFact) => Promise<void>;
  readonly syslog?: SyslogOptions;
  /** Path of a file that says what to fetch: `readCollect`. */
  readonly collect?: string | undefined;
}

export interface Intake {
  readonly routes: readonly Route<Actor>[];
  /** What is said of a source, for whoever takes its deliveries; undefined while nobody made it. */
  source(name: string): SourceRecord | undefined;
  health(source: string): SourceHealth;
  /**
   * Opens the doors that are not routes, and watches the sources. Throws refusals for what the operator can mend. Disposing hands over what was received, then resolves.
   */
  start(): Promise<StartedIntake>;
}

export interface StartedIntake extends AsyncDisposable {
  readonly ports: Syslog["ports"];
}

/** Bytes that all bodies which are being received hold together. */
const bodiesHold = 512 * 1024 * 1024;
const watchEvery = 30_000;
const saveEvery = 300_000;

export function createIntake(options: IntakeOptions): Intake {
  const { records, change, clock, monotonic, take, letters, metrics, log, folder, recognise } = options;
  const sources = new Sources({ read: records.tables<IntakeTables>(), change, clock });
  const health = new HealthBook({
    clock,
    folder,
    log,
    recognise,
    isWatched: (name) => {
      const source = sources.get(name);
      return source !== undefined && source.silence && !source.disabled;
    },
    tell: async (fact) => {
      await options.onFact?.(fact);
      await change(systemActor("intake", ["sources.note"]), "sources.note", async (one) => {
        one.announce(fact.name, fact);
        one.audit(`source:${fact.source}`, { ...fact });
      });
    },
  });
  const desk = new Desk({ take, sources, limits: new SourceLimits(monotonic), clock, metrics, watcher: health });
  const doors = { desk, sources, clock, budget: new MemoryBudget(bodiesHold) };
  return {
    routes: [
      ...sourceRoutes({ sources, desk, change, healthOf: (name) => health.of(name) }),
      ...ingestRoutes(doors),
      ...hecRoutes(doors),
      ...elasticRoutes(doors),
      ...otlpRoutes(doors),
      ...letterRoutes({ letters, take, sources, clock, change }),
    ],
    source: (name) => sources.get(name),
    health: (name) => health.of(name),
    async start() {
      await using starting = new AsyncDisposableStack();
      await health.load();
      await sources.refresh();
      starting.defer(() => health.save());
      const failed = (job: string) => (error: unknown) =>
        log.error("a job failed and runs again later", { job, error });
      const look = async () => {
        await sources.refresh();
        await health.tick();
      };
      starting.use(every(watchEvery, look, { clock, onFault: failed("intake.watch-sources") }));
      starting.use(every(saveEvery, () => health.save(), { clock, onFault: failed("intake.keep-habits") }));
      let ports: Syslog["ports"] = {};
      if (options.syslog) ({ ports } = starting.use(await startSyslog({ desk, clock, log }, options.syslog)));
      if (options.collect !== undefined) {
        const collect = await readCollect(options.collect);
        starting.use(startCollecting({ desk, clock, log, folder }, collect));
      }
      const started = starting.move();
      return { ports, [Symbol.asyncDispose]: () => started.disposeAsync() };
    },
  };
}
