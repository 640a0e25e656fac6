import type { PartStatus, StatusReport } from "#status";
import type { Assets } from "../assets.ts";
import { html } from "../html.ts";
import { length, moment, shown } from "../times.ts";
import { frame } from "./frame.ts";
import { signedIn } from "./signed-in.ts";

export interface HomeView {
  readonly assets: Assets;
  readonly report: StatusReport;
  /** Absent for strangers, who see less. */
  readonly person?: { readonly name: string; readonly role: string };
}

/** The first page: is it alive, how are its parts, what to do next. */
export function homePage({ assets, report, person }: HomeView): string {
  return frame({
    title: report.ok ? "Running" : "Degraded",
    assets,
    who: person ? signedIn(person) : html`<span>Signed out</span>`,
    main: [lead(report, person), parts(report.parts, person !== undefined), person ? next : signIn],
    footer: html`${person && html`<a href="/sessions">Your sessions</a>`}
<a href="/api/openapi.json">API description</a>
<a href="/metrics">Metrics</a>
<a href="/readyz">Readiness</a>
${moment(report.at, `as of ${shown(report.at)}`)}`,
  });
}

function lead({ ok, stopping, version, startedAt, at, roles, parts: all }: StatusReport, person: HomeView["person"]) {
  const failing = all.filter((part) => !part.ok).map(({ name }) => name);
  const title = ok
    ? "Meridian is running"
    : stopping
      ? "Meridian is about to stop"
      : `Meridian is running without ${list(failing)}`;
  const about = ok
    ? "Everything it needs answers."
    : stopping
      ? "What is in flight is finished first."
      : "Nothing that was acknowledged is lost; what needs the failing part waits or is refused.";
  return html`<div class="lead">
<span class="sign ${ok ? "ok" : "failing"}" aria-hidden="true">${ok ? "●" : "◆"}</span>
<h1>${title}</h1>
<p class="muted">${about}</p>
<dl class="facts">
<div><dt>Version</dt><dd class="fact">${version}</dd></div>
<div><dt>Up</dt><dd class="fact">${length(at - startedAt)}</dd></div>
${person && html`<div><dt>You</dt><dd class="fact">${person.role}</dd></div>`}
${person && html`<div><dt>Roles</dt><dd class="fact">${roles.join(" ")}</dd></div>`}
</dl>
</div>`;
}

function parts(all: readonly PartStatus[], detailed: boolean) {
  return html`<section aria-labelledby="parts">
<h2 id="parts">Parts</h2>
<table>
<thead><tr><th scope="col">Part</th><th scope="col">State</th>${detailed && html`<th scope="col">Maker</th><th scope="col">Detail</th>`}</tr></thead>
<tbody>
${all.map(
  ({ name, ok, maker, detail }) => html`<tr>
<td>${name}</td>
<td class="state ${ok ? "ok" : "failing"}"><span aria-hidden="true">${ok ? "●" : "◆"}</span> ${ok ? "well" : "failing"}</td>
${detailed && html`<td class="fact">${maker}</td><td class="muted">${detail}</td>`}
</tr>
`,
)}</tbody>
</table>
</section>`;
}

const next = html`<section aria-labelledby="next">
<h2 id="next">What to do next</h2>
<p>Look for what Sigma rules describe in logs that you have: files, folders, or what is piped in.</p>
<pre tabindex="0"><code>./meridian scan --rules RULES LOGS…</code></pre>
<p class="muted">It prints findings by severity, rule, host and ATT&amp;CK technique. <code>./meridian help</code> lists all verbs.</p>
</section>`;

const signIn = html`<section aria-labelledby="sign-in">
<h2 id="sign-in">Sign in</h2>
<p>Where the server runs, ask for a link. It works once, within 15 minutes.</p>
<pre tabindex="0"><code>./meridian sign-in-link</code></pre>
<p class="muted">Somebody else runs it? Ask an owner to let you in; they get a link for you.</p>
</section>`;

function list(names: readonly string[]): string {
  return new Intl.ListFormat("en", { type: "conjunction" }).format(names);
}
