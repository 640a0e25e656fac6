import { access } from "node:fs/promises";
import { type ExportVerdict, checkExport, type Older, readKey, readOlder, type VerifierKey } from "#ledger";
import { formatInstant } from "#kernel";
import { misuse, readArguments } from "./arguments.ts";
import type { Verb } from "./main.ts";
import { printable, printableJson } from "./printable.ts";
import { refuse } from "./refuse.ts";

const many = { type: "string", multiple: true, default: [] as string[] } as const;

/** `meridian ledger verify FILE`: reads files and nothing else. */
export const verifyVerb: Verb = async (args, signal) => {
  const { values, positionals } = readArguments("ledger", args, {
    key: many,
    witness: many,
    against: { type: "string" },
    json: { type: "boolean", default: false },
  });
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0) throw misuse("ledger", "ledger verify wants one file, an export");
  const keys = values.key.map((text) => keyOf("--key", text, "note"));
  const witnesses = values.witness.map((text) => keyOf("--witness", text, "cosignature"));
  for (const path of [file, ...(values.against === undefined ? [] : [values.against])]) await assertReadable(path);
  const older = values.against === undefined ? undefined : await readOlder(values.against, { keys, signal });
  if (older && "tamperings" in older) {
    for (const { says } of older.tamperings) console.error(printable(`${values.against}: ${says}`));
    return 1;
  }
  const verdict = await checkExport({ file, keys, witnesses, older, signal });
  const code = verdict.tamperings.length > 0 ? 1 : keys.length === 0 ? 3 : 0;
  if (values.json) console.log(printableJson(JSON.stringify(documentOf(verdict))));
  else for (const line of linesOf(verdict, older, keys)) console.log(printable(line));
  return code;
};

function keyOf(option: string, text: string, kind: VerifierKey["kind"]): VerifierKey {
  const key = readKey(text);
  if (!key) throw misuse("ledger", `${option} takes a key as name+hash+base64; "${text}" is none`);
  if (key.kind !== kind)
    throw misuse(
      "ledger",
      `${option} takes the key of a ${kind === "note" ? "log" : "witness"}; "${text}" is of another kind`,
    );
  return key;
}

async function assertReadable(path: string): Promise<void> {
  await access(path).catch((error: NodeJS.ErrnoException) => {
    const why = error.code === "ENOENT" ? `there is no file ${path}` : `${path} can't be read: ${error.message}`;
    throw refuse("unreadable", { why }, error);
  });
}

function linesOf(verdict: ExportVerdict, older: Older | undefined, keys: readonly VerifierKey[]): string[] {
  const { head, proven, cosigned, goesOnFrom, entries, tamperings } = verdict;
  const lines: string[] = [];
  if (tamperings.length > 0) {
    lines.push(`NOT PROVEN: ${tamperings.length === 1 ? "something is" : `${tamperings.length} things are`} wrong.`);
    for (const { says } of tamperings) lines.push(`  ${says}`);
    if (proven)
      lines.push(
        `Up to entry ${proven.size - 1}, signed by ${proven.signedBy.join(", ")}, ${tamperings.some(({ code }) => code === "changed") ? "the hashes" : "the entries"} are those of the log.`,
      );
    return lines;
  }
  if (!head || !proven) return ["NOT PROVEN: there is nothing to prove."];
  lines.push(
    keys.length > 0
      ? "PROVEN: these are the entries that were signed, every one, in their order."
      : "INTACT: the file fits itself.",
  );
  lines.push(`  log           ${proven.origin}`);
  lines.push(`  entries       ${entries === 0 ? "none" : `${entries}, from ${head.from} to ${proven.size - 1}`}`);
  lines.push(`  size          ${proven.size}`);
  lines.push(`  root          ${Buffer.from(proven.root).toString("base64")}`);
  lines.push(`  signed by     ${proven.signedBy.join(", ")}`);
  for (const { name, size, at } of cosigned)
    lines.push(`  cosigned by   ${name} at ${formatInstant(at)}${size === proven.size ? "" : `, up to size ${size}`}`);
  if (older && goesOnFrom !== undefined)
    lines.push(`  goes on from  the older log of ${goesOnFrom} entries: all of them are in it, unchanged`);
  if (keys.length === 0) {
    lines.push(
      "Nobody vouches for its key but the file itself. Get the key from whom you trust, and give it with --key:",
    );
    for (const key of head.keys) lines.push(`  ${key}`);
  } else if (!older)
    lines.push(
      "That nothing newer is held back, and no other history was shown to others, takes --against or --witness.",
    );
  return lines;
}

function documentOf({ head, proven, cosigned, goesOnFrom, entries, tamperings }: ExportVerdict) {
  return {
    proven: tamperings.length === 0 && proven !== undefined,
    ...(head && { origin: head.origin, from: head.from }),
    entries,
    ...(proven && { size: proven.size, root: Buffer.from(proven.root).toString("base64"), signedBy: proven.signedBy }),
    cosigned,
    ...(goesOnFrom !== undefined && { goesOnFrom }),
    tamperings,
  };
}
