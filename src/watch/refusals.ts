import { refusals } from "#kernel";

export const refuse = refusals("watch", {
  busy: { status: 429, says: "{why} Send it again in {retryAfter} seconds; nothing of it is promised." },
  "no-such-alert": { status: 404, says: "There is no such alert." },
  "alert-closed": { status: 409, says: "The alert is closed. Reopen it first." },
  "alert-open": { status: 409, says: "The alert is not closed." },
  "no-such-rule": { status: 404, says: "No rule set that is loaded has such a rule." },
  "no-such-rule-set": { status: 404, says: "There is no such rule set." },
  "rule-set-fixed": { status: 409, says: "This rule set is named by a setting; it can be switched off, not changed." },
  "rule-set-taken": { status: 409, says: "There is a rule set of this name already." },
  "no-such-exception": { status: 404, says: "There is no such exception, or it has ended." },
  "no-such-suppression": { status: 404, says: "There is no such suppression, or it has ended." },
  "bad-condition": { status: 422, says: "The condition does not read as Sigma: {why}" },
  "bad-cursor": { status: 400, says: "The cursor is none that this list gave." },
});
