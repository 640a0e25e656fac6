import type { Problem } from "#http";
import type { Assets } from "../assets.ts";
import { type Holdable, html } from "../html.ts";
import { frame } from "./frame.ts";

/** A refusal or a fault, for a person: what happened, and what finds it again. */
export function problemPage({ assets, problem }: { readonly assets: Assets; readonly problem: Problem }): string {
  const fact = (name: string, value: string | undefined) =>
    value !== undefined &&
    html`<div>
      <dt>${name}</dt>
      <dd class="fact">${value}</dd>
    </div>`;
  return frame({
    title: problem.title,
    assets,
    main: html`<div class="lead">
<span class="sign ${problem.status >= 500 ? "failing" : "muted"}" aria-hidden="true">${problem.status >= 500 ? "◆" : "○"}</span>
<h1>${problem.title}</h1>
<p>${withCode(problem.detail)}</p>
<dl class="facts">
${fact("Status", String(problem.status))}
${fact("Code", problem.code)}
${fact("Incident", problem.incident)}
${fact("Request", problem.requestId)}
</dl>
<p><a href="/">Go to the first page</a></p>
</div>`,
  });
}

/** Refusals name commands between backticks. */
function withCode(text: string): Holdable {
  return text.split("`").map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : part));
}
