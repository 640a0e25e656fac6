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
  // Searching. What is wrong with a search's text is a `QueryProblem`, which has a place.
  "search-too-long": {
    status: 503,
    says: "This search was ended after {seconds} seconds. Narrow its time, or look for something rarer.",
  },
  "search-too-large": {
    status: 503,
    says: "This search needed more than it may have. Narrow its time, or group by fewer values.",
  },
  "too-many-searches": {
    status: 429,
    says: "You have {most} searches running already. Wait for one to end, or cancel it.",
  },
  "lake-busy": { status: 503, says: "The lake has more to do than it can right now. Try again in a moment." },
  "regex-unreadable": {
    status: 422,
    says: "The engine cannot read one of the regular expressions, or it is too large.",
  },
  "cursor-unreadable": { status: 422, says: "This cursor is none of this search's." },
  "no-such-event": { status: 404, says: "There is no such event." },
  "no-such-search": { status: 404, says: "There is no such saved search, or it is not shared with you." },
  "not-your-search": { status: 403, says: "Only who saved this search may change it." },
  "too-many-saved": { status: 409, says: "You have saved {most} searches already. Delete one first." },
  "sql-not-allowed": { status: 422, says: "{why}" },
  "sql-wrong": { status: 422, says: "The engine cannot run this: {why}" },
});
