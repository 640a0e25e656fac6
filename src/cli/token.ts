import { askHouse, type Token } from "#house";
import { readDuration } from "#settings";
import { misuse } from "./arguments.ts";
import type { Verb } from "./main.ts";
import { printable, printableJson } from "./printable.ts";
import { readSettingsOrExplain } from "./read-settings-or-explain.ts";
import { takeOptions } from "./take-options.ts";

const help = `usage: meridian token create --source NAME [--expires 90d] [--note TEXT]
       meridian token create --role owner|responder|reader [--expires 90d] [--note TEXT]
       meridian token list [--json]
       meridian token revoke ID

create prints the token, once, and nothing else on stdout: TOKEN=$(meridian token create --source edge)
A source's token only sends that source's events; one with a role asks the API as that role may.
list prints them without the tokens themselves, newest first; with --json one object a line.
All take --data and the other settings as serve does, and work whether the server runs or not.`;

type Call = (verb: string, asked: unknown) => Promise<{ readonly value: unknown; readonly running: boolean }>;

export const tokenVerb: Verb = async ([what = "--help", ...args], signal) => {
  if (what === "--help" || what === "help" || args.includes("--help")) {
    console.log(help);
    return 0;
  }
  const verb = { create, list, revoke }[what];
  if (!verb) throw misuse("token", `there is no token ${what}`);
  const { asked, rest } = verb(args);
  const read = readSettingsOrExplain(rest);
  if (!read) return 2;
  await asked((name, wish) => askHouse(read, name, wish, signal));
  return 0;
};

/** What a verb will ask for, and the arguments that are settings. */
interface Plan {
  readonly asked: (call: Call) => Promise<void>;
  readonly rest: readonly string[];
}

function create(args: readonly string[]): Plan {
  const { values, rest } = takeOptions("token", args, ["--source", "--role", "--expires", "--note"]);
  const { source, role, expires, note } = values;
  if ((source === undefined) === (role === undefined))
    throw misuse("token", "token create wants --source NAME or --role ROLE");
  const lifetime = expires === undefined ? undefined : readDuration(expires);
  if (expires !== undefined && lifetime === undefined)
    throw misuse("token", `--expires takes a time such as 12h or 90d; not "${expires}"`);
  const grant = source === undefined ? { kind: "api", role } : { kind: "ingest", source };
  const asked = async (call: Call) => {
    const { value } = await call("token.create", { ...grant, note, lifetime });
    const { id, token } = value as { id: string; token: string };
    console.log(token);
    const ends = lifetime === undefined ? "It does not expire" : `It expires in ${expires}`;
    console.error(
      `${id}: this is the only time that the token is shown. ${ends}; ./meridian token revoke ${id} ends it.`,
    );
  };
  return { asked, rest };
}

function list(args: readonly string[]): Plan {
  const json = args.includes("--json");
  const asked = async (call: Call) => {
    if (!json) console.log(row("ID", "FOR", "ENDS IN", "MADE", "LAST USED", "STATE", "NOTE"));
    for (let after: string | undefined, more = true; more; more = after !== undefined) {
      const { value } = await call("token.list", { after });
      const page = value as { tokens: Token[]; next?: string };
      for (const token of page.tokens) console.log(json ? printableJson(JSON.stringify(token)) : spellRow(token));
      after = page.next;
    }
  };
  return { asked, rest: args.filter((one) => one !== "--json") };
}

function revoke([id, ...rest]: readonly string[]): Plan {
  if (id === undefined || id.startsWith("-"))
    throw misuse("token", "token revoke wants the id of a token; meridian token list shows them");
  const asked = async (call: Call) => {
    const { running } = await call("token.revoke", { id });
    console.error(`${printable(id)} is revoked${running ? " and no longer taken" : ""}.`);
  };
  return { asked, rest };
}

function spellRow({ id, source, role, tail, madeAt, seenAt, expiresAt, revokedAt, note }: Token): string {
  const state =
    revokedAt !== undefined
      ? `revoked ${day(revokedAt)}`
      : expiresAt !== undefined
        ? `${expiresAt <= Date.now() ? "expired" : "until"} ${day(expiresAt)}`
        : "";
  const purpose = source === undefined ? `role ${role}` : `source ${source}`;
  return row(id, purpose, tail, day(madeAt), seenAt === undefined ? "never" : day(seenAt), state, printable(note));
}

function row(...[id = "", purpose = "", tail = "", made = "", seen = "", state = "", note = ""]: string[]): string {
  return [id.padEnd(32), purpose.padEnd(24), tail.padEnd(7), made.padEnd(10), seen.padEnd(10), state.padEnd(18), note]
    .join("  ")
    .trimEnd();
}

function day(instant: number): string {
  return new Date(instant).toISOString().slice(0, 10);
}
