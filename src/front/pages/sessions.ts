import type { Session } from "#access";
import type { Assets } from "../assets.ts";
import { browserName } from "../browser-name.ts";
import { html, type Html } from "../html.ts";
import { ago, length, moment, shown } from "../times.ts";
import { frame } from "./frame.ts";
import { signedIn } from "./signed-in.ts";

export interface SessionsView {
  readonly assets: Assets;
  readonly person: { readonly name: string };
  /** One's own; one of them is `current`. */
  readonly sessions: readonly Session[];
  /** Milliseconds since 1970. */
  readonly now: number;
  /** How many the form that led here has ended; absent where none did. */
  readonly ended?: number | undefined;
}

/** Where a person is signed in, and the ways to end that. */
export function sessionsPage({ assets, person, sessions, now, ended }: SessionsView): string {
  const others = sessions.filter(({ current }) => !current).toSorted((a, b) => b.seenAt - a.seenAt);
  const ordered = [...sessions.filter(({ current }) => current), ...others];
  return frame({
    title: "Your sessions",
    assets,
    who: signedIn(person),
    main: html`<div class="lead">
<span class="sign" aria-hidden="true">○</span>
<h1>Your sessions</h1>
<p class="muted">Where you are signed in. End whatever you do not know, or have left behind.</p>
${ended !== undefined && html`<p class="said" role="status">${said(ended)}</p>`}
</div>
<section aria-labelledby="sessions">
<h2 id="sessions">${others.length === 0 ? "This browser, and no other" : `${ordered.length} sessions`}</h2>
<ul class="sessions">
${ordered.map((session) => entry(session, now))}</ul>
${others.length > 0 && endOthers(others.length)}
</section>`,
    footer: html`<a href="/">First page</a>
${moment(now, `as of ${shown(now)}`)}`,
  });
}

function entry({ id, agent, peer, begunAt, seenAt, expiresAt, current }: Session, now: number): Html {
  const name = browserName(agent);
  return html`<li>
<div class="session">
<p class="name-line"><span title="${agent}">${name}</span>${current && html`<strong class="here"><span aria-hidden="true">●</span> this browser</strong>`}</p>
<p class="muted">Seen ${ago(seenAt, now)}, begun ${ago(begunAt, now)} from <span class="fact">${peer === "" ? "an unknown address" : peer}</span>, ends in ${moment(expiresAt, length(expiresAt - now))}.</p>
</div>
<form method="post" action="/sessions/${id}/end"><button${current ? "" : html` aria-label="End ${name}, begun ${length(now - begunAt)} ago"`}>${current ? "Sign out" : "End"}</button></form>
</li>
`;
}

function endOthers(count: number): Html {
  return html`<form method="post" action="/sessions/end-others"><button>${count === 1 ? "End the other one" : `End all ${count} others`}</button></form>`;
}

function said(ended: number): string {
  if (ended === 0) return "That session had ended already.";
  return ended === 1 ? "One session was ended." : `${ended} sessions were ended.`;
}
