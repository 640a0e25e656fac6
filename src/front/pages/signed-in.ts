import { html, type Html } from "../html.ts";

/** Right in the bar: who is here, with the way to their sessions and the way out. */
export function signedIn({ name }: { readonly name: string }): Html {
  return html`<a href="/sessions" title="Your sessions">${name}</a><form method="post" action="/sign-out"><button>Sign out</button></form>`;
}
