import { printableJson } from "../printable.ts";
import type { Report } from "./report.ts";

/** One JSON object per line. */
export function ndjsonReport(): Report {
  return { begin: () => "", finding: (json) => `${printableJson(json)}\n`, end: () => "" };
}

/** One JSON document: the findings, then the summary. */
export function jsonReport(): Report {
  let first = true;
  return {
    begin: () => '{"findings":[',
    finding(json) {
      const text = `${first ? "" : ","}\n${printableJson(json)}`;
      first = false;
      return text;
    },
    end: (summary) => `\n],"summary":${printableJson(JSON.stringify(summaryOf(summary)))}}\n`,
  };
}

function summaryOf({ outcome, ...rest }: Parameters<Report["end"]>[0]) {
  const { tally, ...figures } = outcome;
  const iso = (time: number | undefined) => (time === undefined ? undefined : new Date(time).toISOString());
  return {
    ...rest,
    began: iso(rest.began),
    ...figures,
    byLevel: tally.byLevel,
    byRule: tally.byRule.map(({ rule, count, hosts }) => ({ ...rule, count, hosts })),
    byHost: tally.byHost,
    byTechnique: tally.byTechnique,
    first: iso(tally.first),
    last: iso(tally.last),
  };
}
