import type { Assets } from "../assets.ts";
import { html } from "../html.ts";
import { frame } from "./frame.ts";

/** Where a link leads. Only the button uses the link up, so programs that look at links ahead of people do no harm. */
export function signInPage({ assets, token }: { readonly assets: Assets; readonly token: string }): string {
  return frame({
    title: "Sign in",
    assets,
    main: html`<div class="lead">
<span class="sign" aria-hidden="true">○</span>
<h1>Sign in to Meridian</h1>
<p class="muted">This link works once. It begins a session in this browser.</p>
<form method="post" action="/sign-in">
<input type="hidden" name="token" value="${token}">
<button class="primary" autofocus>Sign in</button>
</form>
</div>`,
  });
}
