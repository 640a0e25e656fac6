import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { exposeMetrics } from "./expose-metrics.ts";
import { createMetrics } from "./metrics.ts";
import { observeProcess } from "./observe-process.ts";

test("a histogram's buckets are cumulative and end with all that was recorded", () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0, max: 20, noNaN: true })),
      fc.uniqueArray(fc.integer({ min: 1, max: 15 }), { minLength: 1 }),
      (values, bounds) => {
        const metrics = createMetrics();
        const histogram = metrics.histogram({ name: "x.y", unit: "s", says: "X.", bounds });
        histogram.record(0);
        for (const value of values) histogram.record(value);
        const { text } = exposeMetrics(metrics);
        for (const bound of bounds) {
          const counted = Number(new RegExp(`x_y_seconds_bucket\\{le="${bound}"\\} (\\d+)`).exec(text)?.[1]);
          assert.equal(counted, [0, ...values].filter((value) => value <= bound).length);
        }
        assert.match(text, new RegExp(`le="\\+Inf"\\} ${values.length + 1}\\n`));
        assert.match(text, new RegExp(`x_y_seconds_count ${values.length + 1}\\n`));
      },
    ),
  );
});

test("names and types follow the conventions of Prometheus, and of OpenMetrics for who asks", () => {
  const metrics = createMetrics();
  metrics.counter({ name: "jobs.done", unit: "{job}", says: "Jobs\ndone." }).add(2, { "job.name": 'a"b\\c\n' });
  const plain = exposeMetrics(metrics);
  assert.equal(
    plain.text,
    '# HELP jobs_done_total Jobs\\ndone.\n# TYPE jobs_done_total counter\njobs_done_total{job_name="a\\"b\\\\c\\n"} 2\n',
  );
  const open = exposeMetrics(metrics, "application/openmetrics-text; version=1.0.0");
  assert.match(open.type, /^application\/openmetrics-text/);
  assert.match(open.text, /# TYPE jobs_done counter\n/);
  assert.match(open.text, /# EOF\n$/);
});

test("label sets beyond the bound are counted together instead of filling the memory", () => {
  const metrics = createMetrics();
  const counter = metrics.counter({ name: "x", unit: "{x}", says: "X." });
  for (let index = 0; index < 10_000; index += 1) counter.add(1, { index });
  assert.equal(metrics.read()[0]?.series.size, 2_001);
  assert.match(exposeMetrics(metrics).text, /x_total\{otel_metric_overflow="true"\} 8000\n/);
});

test("a counter never goes down, and a name is taken once", () => {
  const metrics = createMetrics();
  const counter = metrics.counter({ name: "x", unit: "{x}", says: "X." });
  assert.throws(() => counter.add(-1), RangeError);
  assert.throws(() => counter.add(Number.NaN), RangeError);
  assert.throws(() => metrics.gauge({ name: "x", unit: "{x}", says: "X." }), RangeError);
});

test("the process tells its processor time, memory and event loop delay", () => {
  const metrics = createMetrics();
  using _sampling = observeProcess(metrics, { version: "1.2.3" });
  const { text } = exposeMetrics(metrics);
  for (const name of [
    'process_cpu_time_seconds_total{process_cpu_mode="user"}',
    "process_memory_usage_bytes",
    "nodejs_eventloop_delay_p99_seconds",
    'target_info{service_name="meridian",service_version="1.2.3"} 1',
  ])
    assert.ok(text.includes(`\n${name}`), name);
});
