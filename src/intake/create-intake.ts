import type { Actor, ChangeDoor } from "#access";
import type { Route } from "#http";
import type { Clock, Records } from "#platform";
import type { Log, Metrics } from "#telemetry";
import type { LetterBox, Take } from "./contract.ts";
import { letterRoutes } from "./dead-letters/letters-http.ts";
import { Desk } from "./desk.ts";
import { elasticRoutes } from "./doors/elastic-http.ts";
import { hecRoutes } from "./doors/hec-http.ts";
import { ingestRoutes } from "./doors/ingest-http.ts";
import { otlpRoutes } from "./doors/otlp-http.ts";
import { SourceLimits } from "./source-limits.ts";
import type { SourceHealth } from "./source-schema.ts";
import { sourceRoutes } from "./sources-http.ts";
import { Sources } from "./sources.ts";
import type { SourceRecord } from "./store.ts";
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
}

export interface Intake {
  readonly routes: readonly Route<Actor>[];
  /** What is said of a source, for whoever takes its deliveries; undefined while nobody made it. */
  source(name: string): SourceRecord | undefined;
  health(source: string): SourceHealth;
}

export function createIntake(options: IntakeOptions): Intake {
  const { records, change, clock, monotonic, take, letters, metrics } = options;
  const sources = new Sources({ read: records.tables<IntakeTables>(), change, clock });
  const limits = new SourceLimits(monotonic);
  const desk = new Desk({ take, sources, limits, clock, metrics });
  const healthOf = (): SourceHealth => ({ state: "learning", lastMinute: 0, drift: [] });
  const doors = { desk, sources, clock };
  return {
    routes: [
      ...sourceRoutes({ sources, desk, change, healthOf }),
      ...ingestRoutes(doors),
      ...hecRoutes(doors),
      ...elasticRoutes(doors),
      ...otlpRoutes(doors),
      ...letterRoutes({ letters, take, sources, clock, change }),
    ],
    source: (name) => sources.get(name),
    health: healthOf,
  };
}
