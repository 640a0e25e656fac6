import { refusals } from "#kernel";

/** Expected ways for a search to be refused. What is wrong with its text is a `QueryProblem`, which has a place. */
export const refuse = refusals("lake", {
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
  "cursor-unreadable": { status: 422, says: "This cursor is none of this search's." },
  "no-such-event": { status: 404, says: "There is no such event." },
  "no-such-search": { status: 404, says: "There is no such saved search, or it is not shared with you." },
  "not-your-search": { status: 403, says: "Only who saved this search may change it." },
  "too-many-saved": { status: 409, says: "You have saved {most} searches already. Delete one first." },
  "needs-steps": { status: 422, says: "This takes a search that finds events, without steps that make a table." },
  "sql-not-allowed": { status: 422, says: "{why}" },
  "sql-wrong": { status: 422, says: "The engine cannot run this: {why}" },
  "no-such-pivot": { status: 404, says: "There is no page about a {field}." },
});
