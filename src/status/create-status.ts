import type { Instant, Secret } from "#kernel";
import type { Route } from "#http";
import type { Clock, PartHealth } from "#platform";
import type { Metrics } from "#telemetry";
import type { Actor } from "#access";
import type { PartStatus, StatusReport } from "./contract.ts";
import { statusRoutes } from "./http.ts";

export interface StatusOptions {
  readonly version: string;
  readonly roles: readonly string[];
  readonly clock: Clock;
  /** Part → how it is doing, asked anew. */
  readonly parts: Readonly<Record<string, (signal: AbortSignal) => Promise<PartHealth>>>;
  readonly metrics: Metrics;
  readonly metricsToken: Secret | undefined;
  readonly stopping: AbortSignal;
  /** The API's description, as JSON text; asked for when it is asked for. */
  readonly apiDescription: () => string;
}

export interface Status {
  report(): Promise<StatusReport>;
  readonly routes: readonly Route<Actor>[];
}

/** How long a part may take to say how it is doing, and how long its answer is good for. Milliseconds. */
const patience = 2_000;
const freshness = 1_000;

export function createStatus(options: StatusOptions): Status {
  const { clock, stopping, version, roles } = options;
  const startedAt = clock.now();
  let asked: { readonly at: Instant; readonly parts: Promise<PartStatus[]> } | undefined;

  const askParts = () => {
    const at = clock.now();
    if (!asked || at - asked.at >= freshness) {
      const parts = Promise.all(
        Object.entries(options.parts).map(async ([name, ask]) => ({ name, ...(await inTime(ask)) })),
      );
      asked = { at, parts };
    }
    return asked.parts;
  };

  const report = async (): Promise<StatusReport> => {
    const parts = await askParts();
    const ok = parts.every((part) => part.ok) && !stopping.aborted;
    return { version, roles: [...roles], startedAt, at: clock.now(), ok, stopping: stopping.aborted, parts };
  };
  return { report, routes: statusRoutes(options, report) };
}

async function inTime(ask: (signal: AbortSignal) => Promise<PartHealth>): Promise<PartHealth> {
  const signal = AbortSignal.timeout(patience);
  const late = Promise.withResolvers<PartHealth>();
  signal.addEventListener(
    "abort",
    () => late.resolve({ ok: false, maker: "unknown", detail: `No answer within ${patience / 1_000} s.` }),
    { once: true },
  );
  try {
    return await Promise.race([ask(signal), late.promise]);
  } catch (error) {
    return { ok: false, maker: "unknown", detail: error instanceof Error ? error.message : String(error) };
  }
}
