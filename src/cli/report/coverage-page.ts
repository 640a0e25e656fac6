import type { AttackCoverage, CoveringRule } from "#detect";
import { levelSigns } from "./report.ts";
import { escape } from "./html.ts";
import { htmlStyle } from "./html-style.ts";

type Technique = AttackCoverage["tactics"][number]["techniques"][number];

/** The ATT&CK matrix as a page of its own: a column per tactic, a cell per technique with its rules one click away. */
export function coveragePage(coverage: AttackCoverage, title: string): string {
  const of = coverage.known === undefined ? "" : ` of ${coverage.known}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>ATT&amp;CK coverage</title>
<style>${htmlStyle}${matrixStyle}</style>
</head>
<body>
<header>
<h1>ATT&amp;CK coverage</h1>
<p class="muted">${escape(title)}</p>
<p>${coverage.covered}${of} techniques have rules; ${coverage.rulesWithTechnique} of ${coverage.rules} rules name one.${
    coverage.known === undefined
      ? " Gaps are not shown: the catalogue of all techniques was not given (--attack FILE)."
      : ""
  }</p>
<p class="legend muted" aria-hidden="true"><span class="heat0">none</span><span class="heat1">1</span><span class="heat2">2–4</span><span class="heat3">5–14</span><span class="heat4">15 and more</span> rules</p>
</header>
<div class="matrix" role="list">
${coverage.tactics.map(({ tactic, techniques }) => column(tactic, techniques)).join("\n")}
</div>
</body>
</html>
`;
}

function column(tactic: string, techniques: readonly Technique[]): string {
  const covered = techniques.filter(({ rules }) => rules.length > 0).length;
  return `<section class="tactic" role="listitem"><h2>${escape(tactic.replaceAll("-", " "))}</h2><p class="muted">${covered} of ${techniques.length}</p>
${techniques.map(cell).join("\n")}</section>`;
}

function cell({ technique, name, rules }: Technique): string {
  const sub = technique.includes(".") ? " sub" : "";
  const label = `<code>${technique}</code> ${name === undefined ? "" : `<span class="name">${escape(name)}</span>`}<span class="count">${rules.length}</span>`;
  if (rules.length === 0) return `<div class="cell heat0${sub}">${label}</div>`;
  return `<details class="cell heat${heat(rules.length)}${sub}"><summary>${label}</summary><ul>${rules.slice(0, 100).map(ruleLine).join("")}${
    rules.length > 100 ? `<li class="muted">and ${rules.length - 100} more</li>` : ""
  }</ul></details>`;
}

function ruleLine(rule: CoveringRule): string {
  return `<li><span class="${rule.level}" title="${rule.level}">${levelSigns[rule.level]}</span> ${escape(rule.title)}</li>`;
}

function heat(rules: number): number {
  return rules >= 15 ? 4 : rules >= 5 ? 3 : rules >= 2 ? 2 : 1;
}

const matrixStyle = `
header{max-width:none}
.matrix{display:flex;gap:8px;overflow-x:auto;padding:0 24px 24px;align-items:flex-start}
.tactic{flex:0 0 176px}
.tactic h2{font-size:13px;margin:8px 0 0;text-transform:capitalize}
.tactic>.muted{font-size:12px;margin:0 0 8px}
.cell{border:0;border-left:4px solid var(--line);background:var(--surface);margin:2px 0;font-size:12px}
.cell summary,div.cell{display:flex;gap:6px;padding:4px 6px;align-items:baseline;flex-wrap:wrap}
.sub{margin-left:12px}
.name{flex:1 1 60%}
.count{margin-left:auto;font-weight:500}
.cell ul{list-style:none;margin:0;padding:0 6px 6px}
.cell li{padding:2px 0;overflow-wrap:anywhere}
.legend{display:flex;gap:8px;font-size:12px;align-items:baseline}
.legend span{padding:0 8px;border-left-width:4px;border-left-style:solid;color:var(--muted)}
.cell.heat0{color:var(--muted)}
.heat0{border-left-color:var(--line)}
.heat1{border-left-color:color-mix(in srgb,var(--link) 30%,var(--surface))}
.heat2{border-left-color:color-mix(in srgb,var(--link) 55%,var(--surface))}
.heat3{border-left-color:color-mix(in srgb,var(--link) 78%,var(--surface))}
.heat4{border-left-color:var(--link)}
`;
