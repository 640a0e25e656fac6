import { techniqueOf, type Finding, type Tally } from "#detect";
import { levels, type Level } from "#sigma";
import { printable } from "../printable.ts";
import { createFindingsKeeper, type KeptGroup } from "./keep-findings.ts";
import { levelSigns, levelsBySeverity, type Report, type ReportSummary } from "./report.ts";
import { htmlStyle } from "./html-style.ts";

/** Rules shown for each severity, and findings shown for each rule. */
const rulesShown = 300;
const examplesShown = 5;

/** A page of its own, to keep and to send: nothing is loaded from anywhere, nothing in it runs. */
export function htmlReport(): Report {
  const keeper = createFindingsKeeper({ by: "rule", groups: rulesShown, examples: examplesShown });
  return {
    begin: () => "",
    finding(json, rule, time, host) {
      keeper.add(json, rule, time, host);
      return "";
    },
    end: (summary) => page(summary, keeper.groups),
  };
}

function page(summary: ReportSummary, groups: readonly KeptGroup[]): string {
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
${tally.findings === 0 ? '<p class="calm">No rule found anything in these events.</p>' : found(tally, groups)}
${outcome.suppressed > 0 ? `<p class="muted">${number(outcome.suppressed)} more of the same were held back.</p>` : ""}
${setAside.length > 0 ? aside(setAside) : ""}
</main>
</body>
</html>
`;
}

function found(tally: Tally, groups: readonly KeptGroup[]): string {
  return `<ul class="levels">${levelsBySeverity
    .filter((level) => tally.byLevel[level] > 0)
    .map(
      (level) =>
        `<li class="${level}"><span aria-hidden="true">${levelSigns[level]}</span> ${number(tally.byLevel[level])} ${level}</li>`,
    )
    .join("")}</ul>
${chart(tally)}
<div class="columns">
${list("Hosts", tally.byHost, ({ host, count, worst }) => `<td>${badge(worst)}</td><td class="n">${number(count)}</td><td><code>${escape(host)}</code></td>`)}
${list("ATT&amp;CK techniques", tally.byTechnique, ({ technique, count, rules }) => `<td><code>${technique}</code></td><td class="n">${number(count)}</td><td class="muted">by ${plural(rules, "rule")}</td>`)}
</div>
${levelsBySeverity
  .map((level) =>
    ofLevel(
      level,
      tally,
      groups.filter(({ rule }) => rule.level === level),
    ),
  )
  .join("")}`;
}

/** The first rows of a table; the rest is a click away. */
function list<T>(title: string, items: readonly T[], cells: (item: T) => string): string {
  if (items.length === 0) return "";
  const rows = (some: readonly T[]) =>
    `<table><tbody>${some.map((one) => `<tr>${cells(one)}</tr>`).join("")}</tbody></table>`;
  const [first, rest] = [items.slice(0, 8), items.slice(8, 200)];
  const left = items.length - first.length - rest.length;
  return `<section><h2>${title}</h2>${rows(first)}${
    rest.length === 0
      ? ""
      : `<details class="rest"><summary>${number(items.length - first.length)} more</summary>${rows(rest)}${left > 0 ? `<p class="muted">and ${number(left)} more</p>` : ""}</details>`
  }</section>`;
}

/** Severe findings lie open; others behind one line, so that they can't hide them. */
function ofLevel(level: Level, tally: Tally, groups: readonly KeptGroup[]): string {
  if (groups.length === 0) return "";
  const hosts = new Map(tally.byRule.map(({ rule, hosts }) => [rule.id, hosts]));
  const rules = tally.byRule.filter(({ rule }) => rule.level === level).length;
  const told = `${plural(tally.byLevel[level], "finding")} by ${plural(rules, "rule")}`;
  const head = `<h2><span class="${level}"><span aria-hidden="true">${levelSigns[level]}</span> ${level}</span> <span class="told">${told}</span></h2>`;
  const sorted = groups.toSorted((a, b) => b.count - a.count || (a.rule.title < b.rule.title ? -1 : 1));
  const shown = `${sorted.map((group) => ofRule(group, hosts.get(group.rule.id) ?? 0)).join("\n")}${rules > groups.length ? `<p class="muted">${plural(rules - groups.length, "more rule")}; --format ndjson tells of all.</p>` : ""}`;
  return level === "critical" || level === "high"
    ? `<section>${head}${shown}</section>`
    : `<details class="level"><summary>${head}</summary>${shown}</details>`;
}

function ofRule({ rule, count, first, last, examples }: KeptGroup, hosts: number): string {
  const techniques = rule.tags.flatMap((tag) => techniqueOf(tag) ?? []);
  const when = Number.isNaN(first) ? "" : last > first ? `${utc(first)} – ${utc(last)}` : utc(first);
  const example = examples[0]!;
  return `<details class="rule"><summary><span class="n">${number(count)}</span> <span class="title">${escape(rule.title)}</span> <span class="muted">${hosts > 0 ? plural(hosts, "host") : ""}</span> <time>${when}</time></summary>
<p class="muted"><code>${escape(rule.id)}</code>${techniques.length > 0 ? ` · ${techniques.join(" ")}` : ""} · <code>${escape(example.rule.file)}</code></p>
${examples.map(ofFinding).join("\n")}
${count > examples.length ? `<p class="muted">and ${number(count - examples.length)} more of this rule</p>` : ""}
${example.correlation ? "" : `<p class="muted">Why: <code>${escape(explainCommand(example))}</code></p>`}</details>`;
}

function explainCommand({ rule, event }: Finding): string {
  const words = ["explain", rule.id, "--rules", rule.file, "--event", event.file, "--index", String(event.index)];
  return `./meridian rules ${words.map(quoted).join(" ")}`;
}

/** As a shell takes it for one word. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

function ofFinding({ event, matched, correlation }: Finding): string {
  const why = correlation
    ? `<p>${escape(correlation.type)}${correlation.value === undefined ? "" : ` = ${number(correlation.value)}`}: ${plural(correlation.eventCount, "event")} from ${escape(correlation.from)} to ${escape(correlation.to)}${Object.entries(
        correlation.group,
      )
        .map(([name, value]) => ` · ${escape(name)} <code>${escape(value)}</code>`)
        .join("")}</p>`
    : `<table><tbody>${matched
        .map(
          (one) =>
            `<tr><td><code>${escape(one.key || "keywords")}</code></td><td><code>${escape(one.pattern)}</code></td><td><code>${escape(one.value)}</code></td></tr>`,
        )
        .join("")}</tbody></table>`;
  return `<div class="finding"><p><time>${escape(event.time?.slice(0, 19).replace("T", " ") ?? "no time")}</time> <strong>${escape(event.host ?? "")}</strong> <code>${escape(event.file)}</code> record ${number(event.index)} <span class="muted">byte ${number(event.offset)}, ${number(event.length)} bytes, taken for <code>${escape(event.kind)}</code></span></p>
${why}</div>`;
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
  return `<details class="level"><summary><h2>${plural(setAside.length, "rule")} set aside <span class="told">not asked, each for a reason</span></h2></summary><table><tbody>${setAside
    .map(
      ({ title, id, reason }) =>
        `<tr><td>${escape(title)} <code>${escape(id)}</code></td><td>${escape(reason)}</td></tr>`,
    )
    .join("")}</tbody></table></details>`;
}

function badge(level: Finding["level"]): string {
  return `<span class="badge ${level}"><span aria-hidden="true">${levelSigns[level]}</span> ${level}</span>`;
}

function plural(count: number, word: string): string {
  return `${number(count)} ${word}${count === 1 ? "" : "s"}`;
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
