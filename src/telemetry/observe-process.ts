import { monitorEventLoopDelay } from "node:perf_hooks";
import process from "node:process";
import type { Metrics } from "./metrics.ts";

/** How often the event loop is sampled, in milliseconds. */
const resolution = 20;

/** Adds what the operating system and the engine know of this process. Dispose it to stop sampling the event loop. */
export function observeProcess(metrics: Metrics, service: { readonly version: string }): Disposable {
  const delay = monitorEventLoopDelay({ resolution });
  delay.enable();
  const gauge = (name: string, unit: string, says: string) => metrics.gauge({ name, unit, says });

  const target = gauge("target.info", "", "What this process is.");
  const uptime = gauge("process.uptime", "s", "How long the process has been running.");
  const memory = gauge("process.memory.usage", "By", "Physical memory in use.");
  const heap = gauge("v8js.memory.heap.used", "By", "JavaScript heap in use.");
  const cpu = metrics.counter({ name: "process.cpu.time", unit: "s", says: "Processor time used, by mode." });
  const lag = {
    p50: gauge("nodejs.eventloop.delay.p50", "s", "Median delay of the event loop since the last look."),
    p99: gauge("nodejs.eventloop.delay.p99", "s", "99th percentile of the event loop's delay since the last look."),
    max: gauge("nodejs.eventloop.delay.max", "s", "Longest delay of the event loop since the last look."),
  };
  target.set(1, { service_name: "meridian", service_version: service.version });

  let before = { user: 0, system: 0 };
  metrics.observe(() => {
    const used = process.cpuUsage();
    cpu.add((used.user - before.user) / 1e6, { process_cpu_mode: "user" });
    cpu.add((used.system - before.system) / 1e6, { process_cpu_mode: "system" });
    before = used;
    uptime.set(process.uptime());
    const { rss, heapUsed } = process.memoryUsage();
    memory.set(rss);
    heap.set(heapUsed);
    // The sampler's own interval is in each of its figures.
    const beyond = (nanoseconds: number) => (delay.count > 0 ? Math.max(0, nanoseconds / 1e9 - resolution / 1e3) : 0);
    lag.p50.set(beyond(delay.percentile(50)));
    lag.p99.set(beyond(delay.percentile(99)));
    lag.max.set(beyond(delay.max));
    delay.reset();
  });
  return { [Symbol.dispose]: () => void delay.disable() };
}
