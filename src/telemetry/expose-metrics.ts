import type { Instrument, Labels, Metrics } from "./metrics.ts";

/** The exposition as text and its media type: OpenMetrics 1.0 when `accept` asks for it, else Prometheus 0.0.4. */
export function exposeMetrics(metrics: Metrics, accept = ""): { readonly type: string; readonly text: string } {
  const open = accept.includes("application/openmetrics-text");
  const parts = metrics.read().map((instrument) => expose(instrument, open));
  return open
    ? { type: "application/openmetrics-text; version=1.0.0; charset=utf-8", text: `${parts.join("")}# EOF\n` }
    : { type: "text/plain; version=0.0.4; charset=utf-8", text: parts.join("") };
}

/** OpenTelemetry's units as Prometheus spells them at the end of a name. */
const units: Readonly<Record<string, string>> = { s: "seconds", By: "bytes", "1": "ratio" };

function expose(instrument: Instrument, open: boolean): string {
  const unit = units[instrument.unit];
  const family = instrument.name.replaceAll(".", "_") + (unit ? `_${unit}` : "");
  const sample = instrument.kind === "counter" ? `${family}_total` : family;
  const declared = open ? family : sample;
  const lines = [`# HELP ${declared} ${escapeHelp(instrument.says)}`, `# TYPE ${declared} ${instrument.kind}`];
  if (open && unit) lines.push(`# UNIT ${declared} ${unit}`);
  for (const { labels, value, buckets } of instrument.series.values()) {
    if (instrument.kind !== "histogram") {
      lines.push(`${sample}${spellLabels(labels)} ${spellNumber(value)}`);
      continue;
    }
    let count = 0;
    for (const [index, inBucket] of buckets.entries()) {
      count += inBucket;
      lines.push(
        `${family}_bucket${spellLabels({ ...labels, le: spellNumber(instrument.bounds[index] ?? Infinity) })} ${count}`,
      );
    }
    lines.push(
      `${family}_sum${spellLabels(labels)} ${spellNumber(value)}`,
      `${family}_count${spellLabels(labels)} ${count}`,
    );
  }
  return `${lines.join("\n")}\n`;
}

function spellLabels(labels: Labels): string {
  const parts = Object.entries(labels).map(
    ([name, value]) => `${name.replaceAll(".", "_")}="${escapeLabel(String(value))}"`,
  );
  return parts.length === 0 ? "" : `{${parts.join(",")}}`;
}

function spellNumber(value: number): string {
  if (value === Infinity) return "+Inf";
  return value === -Infinity ? "-Inf" : String(value);
}

function escapeLabel(text: string): string {
  return text.replace(/[\\"\n]/g, (sign) => (sign === "\n" ? "\\n" : `\\${sign}`));
}

function escapeHelp(text: string): string {
  return text.replace(/[\\\n]/g, (sign) => (sign === "\n" ? "\\n" : "\\\\"));
}
