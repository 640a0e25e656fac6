export type Labels = Readonly<Record<string, string | number | boolean>>;

export interface InstrumentOptions {
  /** OpenTelemetry's name, with dots: `http.server.request.duration`. */
  readonly name: string;
  /** UCUM as OpenTelemetry writes it: `s`, `By`, `1`, or `{request}` for a count of things. */
  readonly unit: string;
  /** One sentence for the operator. */
  readonly says: string;
}

export interface Counter {
  /** Adds a non-negative amount. */
  add(amount: number, labels?: Labels): void;
}
export interface Gauge {
  set(value: number, labels?: Labels): void;
  add(amount: number, labels?: Labels): void;
}
export interface Histogram {
  record(value: number, labels?: Labels): void;
}

export interface Metrics {
  counter(options: InstrumentOptions): Counter;
  gauge(options: InstrumentOptions): Gauge;
  histogram(options: InstrumentOptions & { readonly bounds: readonly number[] }): Histogram;
  /** Called right before each exposition, to set what is looked up rather than counted. */
  observe(look: () => void): void;
  /** A look at every instrument, for the exposition. */
  read(): readonly Instrument[];
}

export interface Instrument extends InstrumentOptions {
  readonly kind: "counter" | "gauge" | "histogram";
  readonly bounds: readonly number[];
  readonly series: ReadonlyMap<string, Series>;
}

/** One label set's value; for histograms the sum, with the count per bucket (the last one is unbounded). */
export interface Series {
  readonly labels: Labels;
  value: number;
  readonly buckets: number[];
}

const mostLabelSets = 2_000;
const overflow: Labels = { otel_metric_overflow: true };

export function createMetrics(): Metrics {
  const instruments = new Map<string, Instrument>();
  const looks: (() => void)[] = [];

  function make(kind: Instrument["kind"], options: InstrumentOptions, bounds: readonly number[] = []) {
    if (instruments.has(options.name)) throw new RangeError(`there is an instrument ${options.name} already`);
    if (!/^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$/.test(options.name))
      throw new RangeError(`not a name of an instrument: ${options.name}`);
    const series = new Map<string, Series>();
    instruments.set(options.name, { ...options, kind, bounds, series });
    return (labels: Labels): Series => {
      const key = JSON.stringify(labels);
      const known = series.get(key);
      if (known) return known;
      const shown = series.size < mostLabelSets ? labels : overflow;
      const shownKey = JSON.stringify(shown);
      const one = series.get(shownKey) ?? {
        labels: shown,
        value: 0,
        buckets: kind === "histogram" ? Array.from({ length: bounds.length + 1 }, () => 0) : [],
      };
      series.set(shownKey, one);
      return one;
    };
  }

  return {
    counter(options) {
      const at = make("counter", options);
      return {
        add(amount, labels = {}) {
          if (!(amount >= 0)) throw new RangeError(`${options.name} only grows; it cannot take ${amount}`);
          at(labels).value += amount;
        },
      };
    },
    gauge(options) {
      const at = make("gauge", options);
      return {
        set: (value, labels = {}) => void (at(labels).value = value),
        add: (amount, labels = {}) => void (at(labels).value += amount),
      };
    },
    histogram(options) {
      const bounds = options.bounds.toSorted((a, b) => a - b);
      const at = make("histogram", options, bounds);
      return {
        record(value, labels = {}) {
          const one = at(labels);
          one.value += value;
          const bucket = bounds.findIndex((bound) => value <= bound);
          const index = bucket < 0 ? bounds.length : bucket;
          one.buckets[index] = (one.buckets[index] ?? 0) + 1;
        },
      };
    },
    observe: (look) => void looks.push(look),
    read() {
      for (const look of looks) look();
      return [...instruments.values()];
    },
  };
}
