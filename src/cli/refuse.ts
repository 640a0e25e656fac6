import { refusals } from "#kernel";

/** What the terminal says no to. */
export const refuse = refusals("cli", {
  usage: { status: 400, says: "{what}\n{help} tells all" },
  "not-writable": { status: 400, says: "{path} can't be written: {why}" },
  "bad-placeholders": { status: 400, says: "{path} can't be used as placeholders: {why}" },
  "no-rules": {
    status: 400,
    says: "there is not one usable rule under {paths}; meridian rules check {paths} says why",
  },
});
