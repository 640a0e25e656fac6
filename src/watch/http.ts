import type { Actor, ChangeDoor } from "#access";
import type { Route } from "#http";
import type { Clock, Reader } from "#platform";
import { alertRoutes } from "./alerts/http.ts";
import type { MuteBook } from "./exceptions/mute-book.ts";
import { huntRoutes } from "./indicators/hunts-http.ts";
import type { Hunts } from "./indicators/hunts.ts";
import { indicatorRoutes } from "./indicators/http.ts";
import type { IndicatorBook } from "./indicators/indicator-book.ts";
import type { GeoBook } from "./geo/geo-book.ts";
import { geoRoutes } from "./geo/http.ts";
import { riskRoutes } from "./risk/http.ts";
import type { RiskBook } from "./risk/risk-book.ts";
import { exceptionRoutes } from "./exceptions/http.ts";
import type { FindingsReading } from "#lake";
import { ruleRoutes } from "./rules/http.ts";
import { ruleSetRoutes } from "./rules/sets-http.ts";
import type { Generation } from "./rules/generation.ts";
import { canaryRoutes } from "./canary/http.ts";
import type { Canary } from "./canary/canary.ts";
import { coverageRoutes } from "./coverage/http.ts";
import type { ReplayDesk } from "./replay/replay-desk.ts";
import { replayRoutes } from "./replay/http.ts";
import type { RuleBook } from "./rules/rule-book.ts";
import type { WatchTables } from "./tables.ts";

export interface WatchParts {
  readonly read: Reader<WatchTables>;
  readonly change: ChangeDoor;
  readonly clock: Clock;
  readonly book: RuleBook;
  readonly muting: MuteBook;
  readonly indicators: Pick<IndicatorBook, "index">;
  readonly hunts: Hunts;
  readonly geo: GeoBook;
  readonly risks: RiskBook;
  readonly desk: ReplayDesk;
  readonly canary: Pick<Canary, "last">;
  /** The rules in force. */
  readonly generation: () => Generation;
  /** Takes lists into use as they are now; resolves once what comes next is asked by them. */
  readonly listsChanged: () => Promise<void>;
  readonly lake: FindingsReading;
}

export function watchRoutes(parts: WatchParts): Route<Actor>[] {
  return [
    ...alertRoutes(parts),
    ...ruleRoutes(parts),
    ...ruleSetRoutes(parts),
    ...exceptionRoutes(parts),
    ...indicatorRoutes(parts),
    ...huntRoutes(parts),
    ...riskRoutes(parts),
    ...geoRoutes(parts),
    ...replayRoutes(parts),
    ...canaryRoutes(parts),
    ...coverageRoutes(parts),
  ];
}
