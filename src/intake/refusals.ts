import { refusals } from "#kernel";

export const refuse = refusals("intake", {
  "no-such-source": { status: 404, says: "There is no source named {source}." },
  "source-exists": { status: 409, says: "There is a source named {source} already." },
  "source-disabled": { status: 403, says: "The source {source} is disabled; nothing is taken from it." },
  "not-a-source": {
    status: 403,
    says: "Events are sent with a token of a source (`meridian token create --source NAME`).",
  },
  "other-source": { status: 403, says: "This token is of the source {own}; it can't send events of {source}." },
  "too-fast": {
    status: 429,
    says: "The source {source} sends more {unit} a second than its limit of {limit}. Try again in {retryAfter} seconds.",
  },
  "body-too-large": {
    status: 413,
    says: "This is more than {limit} bytes once unpacked, and its format can't be cut into parts. Send less at once.",
  },
  "too-much-at-once": {
    status: 429,
    says: "Too many bodies are being received at once. Try again in {retryAfter} seconds.",
  },
  "body-cut-short": { status: 400, says: "The request's body ended early." },
  "encoding-unknown": {
    status: 415,
    says: "A Content-Encoding has to be gzip, zstd, deflate or identity, not {encoding}.",
  },
  "encoding-damaged": {
    status: 400,
    says: "The request's body is not what its Content-Encoding says, or is cut short.",
  },
  bomb: {
    status: 413,
    says: "The request's body unpacks to more than {inflation} times its size, so it was not unpacked.",
  },
  "body-unreadable": { status: 400, says: "The request's body can't be read: {why}." },
  "bad-key": { status: 400, says: "An Idempotency-Key has 1 to 200 visible ASCII characters." },
  "no-such-letter": { status: 404, says: "There is no such dead letter." },
  "bad-collect": { status: 422, says: "{path} can't be used: {why}." },
  "cannot-listen": { status: 503, says: "Cannot listen for syslog on {host}: {why}." },
});
