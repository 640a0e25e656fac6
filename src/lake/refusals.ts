import { refusals } from "#kernel";

export const refuse = refusals("lake", {
  busy: { status: 429, says: "The lake has more to store than it can; try again in {retryAfter} seconds." },
  full: { status: 429, says: "The store of events has no room left on its disk; try again in {retryAfter} seconds." },
  "newer-store": {
    status: 503,
    says: "The store of events was changed by a newer version ({name}); this one knows it up to {known}. Run the newer version.",
  },
  "other-store": {
    status: 503,
    says: "The store of events has a past of its own: {name} is not what this version did.",
  },
  "no-such-hold": { status: 404, says: "There is no hold {id}, or it was lifted." },
  "no-such-rule": { status: 404, says: "There is no retention rule {id}." },
  "no-such-erasure": { status: 404, says: "There is no erasure {id}." },
  "no-such-letter": { status: 404, says: "There is no dead letter {id}." },
  "rule-exists": { status: 409, says: "There is a retention rule for this source and class already: {id}." },
});
