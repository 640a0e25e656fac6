import { randomBytes } from "node:crypto";
import { open, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import type { Secret } from "#kernel";
import { readBase64 } from "./core/base64.ts";
import { type Ed25519Signer, ed25519Signer } from "./ed25519.ts";
import { refuse } from "./refusals.ts";

const fileName = "ledger-key";

/**
 * The log's private key: from the secret, else from the data folder's file `ledger-key`; `undefined` where neither is.
 * Throws the refusal `ledger/bad-key` for what is no key.
 */
export async function readSigner(folder: string, secret: Secret | undefined): Promise<Ed25519Signer | undefined> {
  if (secret) return signerOf(secret.reveal(), "MERIDIAN_LEDGER_KEY");
  const text = await readKeyFile(join(folder, fileName));
  return text === undefined ? undefined : signerOf(text, `The file ${fileName} of the data folder`);
}

/** Makes a key and keeps it in the data folder, on disk before anything is signed with it. */
export async function makeSigner(folder: string): Promise<Ed25519Signer> {
  const seed = randomBytes(32);
  await writeKeyFile(folder, `${fileName}.new`, seed.toString("base64"));
  await placeKey(folder, `${fileName}.new`);
  return ed25519Signer(seed);
}

/**
 * A key to go on with: kept as `ledger-key.next` until `place` makes it the file's own. Whatever happens in between, the
 * key that the records name is in one of the two files.
 */
export async function makeNextSigner(folder: string): Promise<Ed25519Signer & { place(): Promise<void> }> {
  const seed = randomBytes(32);
  await writeKeyFile(folder, `${fileName}.next`, seed.toString("base64"));
  return { ...ed25519Signer(seed), place: () => placeKey(folder, `${fileName}.next`) };
}

/** The key of a rotation that was cut short; `place` ends it. */
export async function readNextSigner(
  folder: string,
): Promise<(Ed25519Signer & { place(): Promise<void> }) | undefined> {
  const text = await readKeyFile(join(folder, `${fileName}.next`));
  if (text === undefined) return undefined;
  const signer = signerOf(text, `The file ${fileName}.next of the data folder`);
  return { ...signer, place: () => placeKey(folder, `${fileName}.next`) };
}

/** The signer of a private key of 32 bytes in base64. Throws the refusal `ledger/bad-key`. */
export function signerOf(text: string, where: string): Ed25519Signer {
  const seed = readBase64(text.trim());
  if (seed?.length !== 32) throw refuse("bad-key", { where });
  return ed25519Signer(seed);
}

async function readKeyFile(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

async function writeKeyFile(folder: string, name: string, text: string): Promise<void> {
  await using file = await open(join(folder, name), "w", 0o600);
  await file.chmod(0o600);
  await file.writeFile(`${text}\n`);
  await file.sync();
  await syncFolder(folder);
}

async function placeKey(folder: string, name: string): Promise<void> {
  await rename(join(folder, name), join(folder, fileName));
  await syncFolder(folder);
}

/** A file's name is on disk once its folder is. */
async function syncFolder(folder: string): Promise<void> {
  await using handle = await open(folder, "r");
  await handle.sync();
}
