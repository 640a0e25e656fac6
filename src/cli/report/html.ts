import type { Finding, Tally } from "#detect";
import { levels } from "#sigma";
import { printable } from "../printable.ts";
import { createKeeper, levelSigns, levelsBySeverity, type Report, type ReportSummary } from "./report.ts";
import { htmlStyle } from "./html-style.ts";

/** Findings shown one by one, for each level. */
const shownPerLevel = 500;

/** A page of its own, to keep and to send: nothing is loaded from anywhere, nothing in it runs. */
export function htmlReport(): Report {
  const keeper = createKeeper(shownPerLevel);
  return {
    begin: () => "",
    finding(json, rule, time) {
      keeper.add(json, rule.level, time);
      return "";
    },
    end: (summary) =>
      page(
        summary,
        keeper.kept.map(({ finding }) => finding),
      ),
  };
}

function page(summary: ReportSummary, findings: readonly Finding[]): string {
  const { outcome, rules, took, began, version, rulePaths, logPaths, setAside } = summary;
  const { tally } = outcome;
  const figures = [
    [outcome.events, "events"],
    [rules, "rules"],
    [tally.findings, "findings"],
    [outcome.unreadable, "unreadable"],
  ] as const;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Meridian scan, ${utc(began)}</title>
<style>${htmlStyle}</style>
</head>
<body>
<header>
<h1>Scan of ${escape(logPaths.join(", "))}</h1>
<p class="muted">${utc(began)} UTC · ${(took / 1000).toFixed(1)} s · Meridian ${escape(version)} · rules from ${escape(rulePaths.join(", "))}</p>
</header>
<main>
${outcome.complete ? "" : '<p class="notice">Interrupted: what was found until then. The rest of the logs was not scanned, correlations were not asked.</p>'}
<dl class="figures">${figures.map(([n, word]) => `<div><dt>${word}</dt><dd>${number(n)}</dd></div>`).join("")}</dl>
${tally.findings === 0 ? '<p class="calm">No rule found anything in these events.</p>' : found(tally, findings)}
${outcome.suppressed > 0 ? `<p class="muted">${number(outcome.suppressed)} more of the same were held back.</p>` : ""}
${setAside.length > 0 ? aside(setAside) : ""}
</main>
</body>
</html>
`;
}

function found(tally: Tally, findings: readonly Finding[]): string {
  return `<ul class="levels">${levelsBySeverity
    .filter((level) => tally.byLevel[level] > 0)
    .map(
      (level) =>
        `<li class="${level}"><span aria-hidden="true">${levelSigns[level]}</span> ${number(tally.byLevel[level])} ${level}</li>`,
    )
    .join("")}</ul>
${chart(tally)}
<section><h2>Rules</h2><table><thead><tr><th>Severity</th><th class="n">Findings</th><th class="n">Hosts</th><th>Rule</th></tr></thead><tbody>${tally.byRule
    .map(
      ({ rule, count, hosts }) =>
        `<tr><td>${badge(rule.level)}</td><td class="n">${number(count)}</td><td class="n">${number(hosts)}</td><td>${escape(rule.title)} <code>${escape(rule.id)}</code></td></tr>`,
    )
    .join("")}</tbody></table></section>
<div class="columns">
<section><h2>Hosts</h2><table><thead><tr><th>Worst</th><th class="n">Findings</th><th>Host</th></tr></thead><tbody>${tally.byHost
    .slice(0, 200)
    .map(
      ({ host, count, worst }) =>
        `<tr><td>${badge(worst)}</td><td class="n">${number(count)}</td><td><code>${escape(host)}</code></td></tr>`,
    )
    .join(
      "",
    )}</tbody></table>${tally.byHost.length > 200 ? `<p class="muted">and ${number(tally.byHost.length - 200)} more</p>` : ""}</section>
<section><h2>ATT&amp;CK techniques</h2><table><thead><tr><th>Technique</th><th class="n">Findings</th><th class="n">Rules</th></tr></thead><tbody>${tally.byTechnique
    .map(
      ({ technique, count, rules }) =>
        `<tr><td><code>${technique}</code></td><td class="n">${number(count)}</td><td class="n">${number(rules)}</td></tr>`,
    )
    .join("")}</tbody></table></section>
</div>
<section><h2>Findings</h2>${findings.length < tally.findings ? `<p class="muted">${number(findings.length)} of ${number(tally.findings)}: the first ${shownPerLevel} of each severity.</p>` : ""}${findings.map(details).join("\n")}</section>`;
}

function details({ rule, level, event, matched, correlation }: Finding): string {
  const why = correlation
    ? `<p>${escape(correlation.type)}: ${number(correlation.eventCount)} events from ${escape(correlation.from)} to ${escape(correlation.to)}, ${escape(JSON.stringify(correlation.group))}</p>`
    : `<table><thead><tr><th>Selection</th><th>Asked</th><th>Pattern</th><th>Value in the event</th></tr></thead><tbody>${matched
        .map(
          (one) =>
            `<tr><td>${escape(one.selection)}</td><td><code>${escape(one.key || "keywords")}</code></td><td><code>${escape(one.pattern)}</code></td><td><code>${escape(one.value)}</code></td></tr>`,
        )
        .join("")}</tbody></table>`;
  return `<details><summary>${badge(level)} <time>${escape(event.time?.slice(0, 19).replace("T", " ") ?? "no time")}</time> <span class="title">${escape(rule.title)}</span> <code>${escape(event.host ?? "")}</code></summary>
${why}
<p class="muted"><code>${escape(event.file)}</code> record ${number(event.index)}, byte ${number(event.offset)}, ${number(event.length)} bytes · taken for <code>${escape(event.kind)}</code> · rule <code>${escape(rule.id)}</code></p></details>`;
}

function chart({ timeline, first, last, undated }: Tally): string {
  if (first === undefined || last === undefined) return "";
  const columns = Math.min(120, timeline.steps.length);
  const sums = Array.from({ length: columns }, () => levels.map(() => 0));
  timeline.steps.forEach((step, at) => {
    const column = sums[Math.floor((at * columns) / timeline.steps.length)]!;
    levels.forEach((level, i) => (column[i]! += step[level]));
  });
  const top = Math.max(...sums.map((column) => column.reduce((a, b) => a + b, 0)));
  const bars = sums.flatMap((column, x) => {
    let y = 100;
    return levels.flatMap((level, i) => {
      const height = (column[i]! / top) * 100;
      if (height === 0) return [];
      y -= height;
      return [`<rect class="${level}" x="${x + 0.1}" y="${y.toFixed(2)}" width="0.8" height="${height.toFixed(2)}"/>`];
    });
  });
  return `<figure><svg viewBox="0 0 ${columns} 100" preserveAspectRatio="none" role="img" aria-label="Findings over time">${bars.join("")}</svg>
<figcaption class="muted"><span>${utc(first)} UTC</span><span>${undated > 0 ? `${number(undated)} findings tell no time` : ""}</span><span>${utc(last)} UTC</span></figcaption></figure>`;
}

function aside(setAside: ReportSummary["setAside"]): string {
  return `<section><h2>Rules set aside</h2><table><tbody>${setAside
    .map(
      ({ title, id, reason }) =>
        `<tr><td>${escape(title)} <code>${escape(id)}</code></td><td>${escape(reason)}</td></tr>`,
    )
    .join("")}</tbody></table></section>`;
}

function badge(level: Finding["level"]): string {
  return `<span class="badge ${level}"><span aria-hidden="true">${levelSigns[level]}</span> ${level}</span>`;
}

function number(value: number): string {
  return value.toLocaleString("en");
}

function utc(time: number): string {
  return new Date(time).toISOString().slice(0, 19).replace("T", " ");
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

export function escape(text: string): string {
  return printable(text).replace(/[&<>"']/g, (character) => entities[character]!);
}
