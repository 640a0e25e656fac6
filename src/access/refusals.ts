import { refusals } from "#kernel";

export const refuse = refusals("access", {
  "not-permitted": { status: 403, says: "{actor} does not have the permission for this ({permission})." },
  "link-unknown": {
    status: 404,
    says: "This sign-in link is not known here. Make a new one with `./meridian sign-in-link`.",
  },
  "link-used": {
    status: 410,
    says: "This sign-in link was used already; each works once. Make a new one with `./meridian sign-in-link`.",
  },
  "link-expired": {
    status: 410,
    says: "This sign-in link is older than 15 minutes. Make a new one with `./meridian sign-in-link`.",
  },
  "token-unreadable": {
    status: 401,
    says: "The Authorization header holds no token of this server, or one that was cut short or mistyped.",
  },
  "token-scheme": { status: 401, says: "A token for the API comes as `Authorization: Bearer …`, not as {scheme}." },
  "token-unknown": { status: 401, says: "This token is not known here." },
  "token-revoked": { status: 401, says: "This token was revoked." },
  "token-expired": { status: 401, says: "This token has expired." },
  "too-many-bad-tokens": {
    status: 429,
    says: "Too many tokens that do not work came from your address. Try again in {retryAfter} seconds.",
  },
  "no-such-token": { status: 404, says: "There is no such token, or it was revoked." },
  "no-such-session": { status: 404, says: "There is no such session, or it has ended." },
  "no-such-person": { status: 404, says: "There is no such person, or their access has ended." },
  "terminal-verb": { status: 404, says: "The server has no verb {verb} for the terminal. Is it of another version?" },
  "terminal-shape": { status: 422, says: "{why}" },
  "terminal-request": { status: 400, says: "What came over the terminal's socket is no request of one line of JSON." },
  "terminal-version": {
    status: 400,
    says: "The server does not speak version {version} of the terminal's protocol; it is of another version than this program.",
  },
  "terminal-answer": {
    status: 503,
    says: "The server gave no answer that can be read: it has just ended, or is of another version than this program.",
  },
  "terminal-fault": { status: 503, says: "Something went wrong in the server; its log says what." },
  "last-owner": { status: 409, says: "This is the last owner. Make somebody else an owner first." },
});
