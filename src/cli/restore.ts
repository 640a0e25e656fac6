import { readPassphrase, restore, spellBytes } from "#upkeep";
import { misuse } from "./arguments.ts";
import type { Verb } from "./main.ts";
import { printable } from "./printable.ts";
import { showProgress } from "./progress.ts";
import { readSettingsOrExplain } from "./read-settings-or-explain.ts";
import { takeOptions } from "./take-options.ts";

const help = `usage: meridian restore FILE --data FOLDER [--passphrase-file FILE] [SETTING…]
       meridian restore FILE --check [--passphrase-file FILE]

Puts a backup's data folder in place: all of it, once every hash in it was checked, or nothing.
FOLDER must not be there yet, or be empty. With records of PostgreSQL in the backup,
MERIDIAN_DATABASE_URL names the empty database to put them in.
  --check            checks the backup and puts nothing anywhere
  --passphrase-file  opens an encrypted one with the passphrase that is FILE's one line`;

export const restoreVerb: Verb = async (args, signal) => {
  if (args.includes("--help")) {
    console.log(help);
    return 0;
  }
  const { values, rest } = takeOptions("restore", args, ["--passphrase-file"]);
  const check = rest.includes("--check");
  const [file, ...settings] = rest.filter((one) => one !== "--check");
  if (file === undefined || file.startsWith("-")) throw misuse("restore", "restore wants a backup's file first");
  const read = readSettingsOrExplain(settings);
  if (!read) return 2;
  const { settings: inForce, secrets, sources } = read;
  if (!check && (sources.get("data")?.where ?? "default") === "default")
    throw misuse("restore", "--data says which folder to make of it");
  const passphraseFile = values["passphrase-file"];
  const progress = showProgress();
  const manifest = await restore({
    file,
    folder: check ? undefined : inForce.data,
    passphrase: passphraseFile === undefined ? undefined : await readPassphrase(passphraseFile),
    databaseUrl: secrets.databaseUrl,
    signal,
    tell: ({ files, bytes }) => progress.tell(`${spellBytes(bytes)}, ${files} files`),
  }).finally(() => progress.end());
  const { files, bytes, madeAt, version, parts, dumped } = manifest;
  console.error(
    `${files} files, ${spellBytes(bytes)}, as of ${printable(madeAt)}, made by Meridian ${printable(version)}: every hash is right.`,
  );
  if (check) return 0;
  console.log(inForce.data);
  if (parts.records === "postgres" && !dumped)
    console.error("Its records are not in it: restore that PostgreSQL database.");
  if (parts.events === "clickhouse") console.error("Its events are not in it: restore them in ClickHouse.");
  if (parts.blobs === "s3") console.error("Its blobs are not in it: restore that bucket.");
  console.error(
    "Look it over before it serves: ./meridian doctor, then ./meridian ledger export --out FILE and\n./meridian ledger verify FILE --key VKEY, with the same --data.",
  );
  return 0;
};
