import { readPassphrase, spellBytes } from "#upkeep";
import { misuse } from "./arguments.ts";
import type { Verb } from "./main.ts";
import { printable } from "./printable.ts";
import { showProgress } from "./progress.ts";
import { readSettingsOrExplain } from "./read-settings-or-explain.ts";
import { takeOptions } from "./take-options.ts";

const help = `usage: meridian backup FILE_OR_FOLDER [--passphrase-file FILE] [--without-records] [SETTING…]

Makes one file of all that the data folder holds, keys too, whether the server runs or not; in a
folder the file gets a name of its own. It is a tar, which only its owner can read. stdout says
where it is and its SHA-256, as sha256sum does.
  --passphrase-file  encrypts it with the passphrase that is FILE's one line, as age does
  --without-records  leaves out a PostgreSQL database, which pg_dump would add otherwise
Events in ClickHouse and blobs in a bucket have backups of their own; it says so when there are any.
Takes --data and the other settings as serve does.`;

export const backupVerb: Verb = async (args, signal) => {
  if (args.includes("--help")) {
    console.log(help);
    return 0;
  }
  const { values, rest } = takeOptions("backup", args, ["--passphrase-file"]);
  const withoutRecords = rest.includes("--without-records");
  const [out, ...settings] = rest.filter((one) => one !== "--without-records");
  if (out === undefined || out.startsWith("-")) throw misuse("backup", "backup wants a file or a folder first");
  const read = readSettingsOrExplain(settings);
  if (!read) return 2;
  const file = values["passphrase-file"];
  const passphrase = file === undefined ? undefined : await readPassphrase(file);
  const { backUpHouse } = await import("#house");
  const progress = showProgress();
  const done = await backUpHouse(read, {
    out,
    passphrase,
    withoutRecords,
    signal,
    tell: ({ files, bytes, ofFiles, ofBytes }) =>
      progress.tell(`${spellBytes(bytes)} of ${spellBytes(ofBytes)}, ${files} of ${ofFiles} files`),
  }).finally(() => progress.end());
  console.log(`${done.sha256}  ${printable(done.file)}`);
  const how = done.running ? "while the server runs" : "while no server runs";
  console.error(`${done.files} files, ${spellBytes(done.bytes)}, as of ${done.madeAt}, made ${how}.`);
  if (passphrase === undefined) console.error("It holds keys and is not encrypted: keep it as you would keep them.");
  for (const maker of done.elsewhere) console.error(`NOT in this backup: ${elsewhere[maker]}. See docs/backup.md.`);
  return 0;
};

const elsewhere = {
  postgres: "the records, which are in PostgreSQL",
  clickhouse: "the events, which are in ClickHouse",
  s3: "the blobs, which are in a bucket",
};
