import { createWriteStream } from "node:fs";
import { readFile, rename, rm } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { misuse } from "./arguments.ts";
import { verifyVerb } from "./ledger-verify.ts";
import type { Verb } from "./main.ts";
import { readSettingsOrExplain } from "./read-settings-or-explain.ts";
import { refuse } from "./refuse.ts";
import { openOutput } from "./scan/output.ts";
import { takeOptions } from "./take-options.ts";

const help = `usage: meridian ledger export [--out FILE] [--from N]
       meridian ledger verify FILE [--key VKEY]… [--against FILE] [--witness VKEY]… [--json]
       meridian ledger rotate-key [--new-key FILE]

export writes the log up to its latest checkpoint as NDJSON, whether the server runs or not.
verify needs neither server nor settings. It says what is proven, and of what is wrong which entry:
  --key      who is trusted to sign the log, as name+hash+base64; may be given more than once
  --against  an older export or checkpoint, which the log has to go on from
  --witness  who has to have cosigned it
It ends with 0 where all is proven to be signed by a given key, with 1 where something is wrong,
and with 3 where nothing is wrong and no key was given, so that the file vouches for itself.
rotate-key goes on with a new key, while no server runs; --new-key names its file where the key
is not kept in the data folder. export and rotate-key take --data and the other settings as serve does.`;

export const ledgerVerb: Verb = async ([what = "--help", ...args], signal) => {
  if (what === "--help" || what === "help" || args.includes("--help")) {
    console.log(help);
    return 0;
  }
  const verb = { export: exportVerb, verify: verifyVerb, "rotate-key": rotateKey }[what];
  if (!verb) throw misuse("ledger", `there is no ledger ${what}`);
  return verb(args, signal);
};

const exportVerb: Verb = async (args, signal) => {
  const { values, rest } = takeOptions("ledger", args, ["--out", "--from"]);
  const from = /^\d{1,15}$/.test(values.from ?? "0") ? Number(values.from ?? 0) : undefined;
  if (from === undefined) throw misuse("ledger", `--from takes the number of an entry; not "${values.from}"`);
  const read = readSettingsOrExplain(rest);
  if (!read) return 2;
  const { exportLedger } = await import("#house");
  const parts = exportLedger(read, from, signal);
  if (values.out !== undefined) {
    await writeWhole(Readable.from(parts, { objectMode: false }), values.out, signal);
    return 0;
  }
  await using output = await openOutput(undefined, "the export");
  for await (const part of parts) {
    await output.write(part);
    if (output.state !== "open") break;
  }
  await output.end();
  return output.state === "failed" ? 2 : 0;
};

/** The file has its name once it is whole and on disk. */
async function writeWhole(text: Readable, out: string, signal: AbortSignal): Promise<void> {
  const part = `${out}.part`;
  try {
    await pipeline(text, createWriteStream(part, { flush: true }), { signal });
    await rename(part, out);
  } catch (error) {
    await rm(part, { force: true });
    if (error instanceof Error && "syscall" in error)
      throw refuse("not-writable", { path: out, why: error.message }, error);
    throw error;
  }
}

const rotateKey: Verb = async (args) => {
  const { values, rest } = takeOptions("ledger", args, ["--new-key"]);
  const read = readSettingsOrExplain(rest);
  if (!read) return 2;
  const file = values["new-key"];
  const next =
    file === undefined
      ? undefined
      : await readFile(file, "utf8").catch((error: Error) => {
          throw refuse("unreadable", { why: error.message }, error);
        });
  const { rotateLedgerKey } = await import("#house");
  const { before, after } = await rotateLedgerKey(read, next);
  console.log(after);
  console.error(`The ledger goes on with this key. Its checkpoint is signed by the key before, too: ${before}`);
  return 0;
};
