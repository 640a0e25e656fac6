import type { Json } from "#sigma";

/** What a login message of sshd or of PAM says; the text is the program's own wording, in English whatever the locale. */
export interface LoginText {
  readonly act: "accepted" | "failed" | "invalid" | "opened" | "closed" | "disconnected";
  readonly user?: string;
  readonly ip?: string;
  readonly port?: number;
  readonly method?: string;
}

const patterns: readonly (readonly [LoginText["act"], RegExp])[] = [
  ["accepted", /^Accepted (?<method>\S+) for (?<user>.+) from (?<ip>\S+) port (?<port>\d+)/],
  ["failed", /^Failed (?<method>\S+) for (?:invalid user )?(?<user>.*) from (?<ip>\S+) port (?<port>\d+)/],
  ["invalid", /^Invalid user (?<user>.*) from (?<ip>\S+)(?: port (?<port>\d+))?$/],
  ["disconnected", /^Disconnected from user (?<user>.+) (?<ip>\S+) port (?<port>\d+)$/],
  ["opened", /^pam_\w+\([\w.-]+:session\): session opened for user (?<user>[^\s(]+)/],
  ["closed", /^pam_\w+\([\w.-]+:session\): session closed for user (?<user>[^\s(]+)/],
  ["failed", /^pam_\w+\([\w.-]+:auth\): authentication failure;.* rhost=(?<ip>\S*)(?:\s+user=(?<user>\S+))?/],
];
/** A login message is short; what is longer is not looked into. */
const longest = 1024;

export function readLogin(value: Json): LoginText | undefined {
  if (typeof value !== "string" || value.length > longest) return undefined;
  for (const [act, pattern] of patterns) {
    const { user, ip, port, method } = pattern.exec(value)?.groups ?? {};
    if (user === undefined && ip === undefined) continue;
    return {
      act,
      ...(user && { user }),
      ...(ip && { ip }),
      ...(port && { port: Number(port) }),
      ...(method && { method }),
    };
  }
  return undefined;
}

/** Who called sudo: `alice : TTY=pts/0 ; …`. */
export function sudoCaller(value: Json): string | undefined {
  return typeof value === "string" ? /^\s*(\S{1,256}) : /.exec(value)?.[1] : undefined;
}
