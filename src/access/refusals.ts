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
  "no-such-session": { status: 404, says: "There is no such session, or it has ended." },
  "no-such-person": { status: 404, says: "There is no such person, or their access has ended." },
  "last-owner": { status: 409, says: "This is the last owner. Make somebody else an owner first." },
});
