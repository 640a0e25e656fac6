import type { Finding, TalliedRule } from "#detect";
import type { Level } from "#sigma";
import { printableJson } from "../printable.ts";
import type { Report } from "./report.ts";

const sarifLevels: Readonly<Record<Level, string>> = {
  critical: "error",
  high: "error",
  medium: "warning",
  low: "note",
  informational: "note",
};

/** SARIF 2.1.0 (OASIS), for the tools that gather findings of code and pipelines. */
export function sarifReport(): Report {
  const seen = new Map<string, TalliedRule>();
  return {
    begin: () =>
      '{"$schema":"https://json.schemastore.org/sarif-2.1.0.json","version":"2.1.0","runs":[{"columnKind":"utf16CodeUnits","results":[',
    finding(json, rule) {
      const text = `${seen.size === 0 ? "" : ","}\n${printableJson(JSON.stringify(resultOf(JSON.parse(json) as Finding)))}`;
      seen.set(rule.id, rule);
      return text;
    },
    end({ version, began, took, outcome }) {
      const driver = {
        name: "Meridian",
        version,
        rules: [...seen.values()].map((rule) => ({
          id: rule.id,
          name: rule.title,
          shortDescription: { text: rule.title },
          defaultConfiguration: { level: sarifLevels[rule.level] },
          properties: { tags: rule.tags, level: rule.level },
        })),
      };
      const invocation = {
        executionSuccessful: outcome.complete,
        startTimeUtc: new Date(began).toISOString(),
        endTimeUtc: new Date(began + took).toISOString(),
      };
      return `\n],"tool":${printableJson(JSON.stringify({ driver }))},"invocations":${JSON.stringify([invocation])}}]}\n`;
    },
  };
}

function resultOf({ rule, level, event, matched, correlation }: Finding) {
  return {
    ruleId: rule.id,
    level: sarifLevels[level],
    message: { text: `${rule.title}${event.host === undefined ? "" : ` on ${event.host}`}` },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: event.file.split(/[\\/]/).map(encodeURIComponent).join("/") },
          region: { byteOffset: event.offset, byteLength: event.length },
        },
      },
    ],
    properties: { index: event.index, time: event.time, kind: event.kind, level, matched, correlation },
  };
}
