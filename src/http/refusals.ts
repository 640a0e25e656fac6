import { refusals } from "#kernel";

export const refuse = refusals("http", {
  "not-found": { status: 404, says: "There is nothing at this address." },
  "method-not-allowed": { status: 405, says: "This address does not take {method}." },
  "sign-in-first": { status: 401, says: "Sign in first, or bring a token: Authorization: Bearer TOKEN." },
  "not-permitted": { status: 403, says: "You do not have the permission for this ({permission})." },
  "foreign-origin": { status: 403, says: "This request comes from another site, so it is not carried out." },
  "foreign-host": {
    status: 403,
    says: "This server does not go by the name in the request's Host header. Set publicUrl to serve under it.",
  },
  "two-hosts": { status: 400, says: "A request has one Host header." },
  "body-too-large": { status: 413, says: "The request's body is larger than {limit} bytes." },
  "body-type": { status: 415, says: "The request's body has to be {type}." },
  "body-cut": { status: 400, says: "The connection ended before the request's body did." },
  "caller-gone": { status: 400, says: "The caller has gone before the answer." },
  "body-unreadable": { status: 400, says: "The request's body is not {type} that can be read." },
  "bad-request": { status: 422, says: "The request does not have the shape that this address takes." },
  "too-many-requests": {
    status: 429,
    says: "Too many requests came from your address. Try again in {retryAfter} seconds.",
  },
  "too-many-of-yours": {
    status: 429,
    says: "You ask this more often than it is answered. Try again in {retryAfter} seconds.",
  },
  "too-slow": { status: 503, says: "This took longer than {seconds} seconds and was given up." },
  stopping: { status: 503, says: "The server is about to stop. Try again in a moment." },
});
