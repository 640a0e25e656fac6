import { refusals } from "#kernel";

/** What the terminal says no to. */
export const refuse = refusals("cli", {
  usage: { status: 400, says: "{what}\n{help} tells all" },
  "not-writable": { status: 400, says: "{path} can't be written: {why}" },
  "bad-attack": { status: 400, says: "{path} can't be used as an ATT&CK catalogue: {why}" },
  "bad-pipeline": { status: 400, says: "{path} can't be used as a pipeline:\n{why}" },
  "bad-placeholders": { status: 400, says: "{path} can't be used as placeholders: {why}" },
  "no-record": { status: 404, says: "{path} has no record {index}" },
  unreadable: { status: 400, says: "{why}" },
  "set-aside": { status: 400, says: "{title} was set aside: {why}\n{advice}" },
  "unknown-rule": { status: 404, says: "no rule has the id, name, title or file {wanted}; --rules says where to look" },
  "unknown-kind": {
    status: 404,
    says: "no kind of event has {wanted} in its name; the rule's log source fits {some}",
  },
  "many-rules": { status: 400, says: "{count} rules have {wanted} in their title:\n{some}\nname one by its id" },
  "no-rules": {
    status: 400,
    says: "there is not one usable rule under {paths}; meridian rules check {paths} says why",
  },
});
