import type { HotValues } from "#ingest";

/** Somebody signed in, as a lane tells it. */
export interface SignIn {
  readonly uid: string;
  readonly time: number;
  readonly user: string;
  readonly address: string;
  readonly kind: string;
  readonly host: string;
  readonly raw: string;
  /** Ids of the exceptions that hold for the event. */
  readonly excepted: readonly string[];
}

/** OCSF: Authentication. */
export const authentication = 3002;
const logon = 1;

/** An event of OCSF's class Authentication that says who came from where, and not that it failed. */
export function isSignIn({
  class: of,
  activity,
  user,
  src_ip,
  outcome,
}: Pick<HotValues, "class" | "activity" | "user" | "src_ip" | "outcome">): boolean {
  return of === authentication && activity === logon && user !== "" && src_ip !== "" && !failed.test(outcome);
}

const failed = /fail|den(?:y|ied)|err|invalid|block|reject|challenge|locked/i;
