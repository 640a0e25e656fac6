/** What the program tells about itself while it runs: log lines and metrics. */
export { createLog, type Log, type LogFields, type LogFormat, type LogLevel, logLevels, type LogSink } from "./log.ts";
export {
  type Counter,
  createMetrics,
  type Gauge,
  type Histogram,
  type InstrumentOptions,
  type Labels,
  type Metrics,
} from "./metrics.ts";
export { exposeMetrics } from "./expose-metrics.ts";
export { observeProcess } from "./observe-process.ts";
