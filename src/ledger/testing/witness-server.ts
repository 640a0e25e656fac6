import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import { readAddCheckpoint } from "../core/add-checkpoint.ts";
import { type Checkpoint, readCheckpoint } from "../core/checkpoint.ts";
import { verifyConsistency } from "../core/consistency.ts";
import { cosignedMessage, spellTimestamped } from "../core/cosignature.ts";
import { readNote, spellSignatureLine } from "../core/note.ts";
import { checkSignature, makeVerifierKey, spellVerifierKey, type VerifierKey } from "../core/verifier-key.ts";
import { ed25519Signer, verifyEd25519 } from "../ed25519.ts";
import { sha256, sha256Tree } from "../sha256.ts";

export interface WitnessServer extends AsyncDisposable {
  readonly url: string;
  /** name+hash+base64. */
  readonly verifier: string;
  /** What it answered, in order. */
  readonly answered: number[];
  /** The checkpoint that it cosigned last. */
  latest: Checkpoint | undefined;
  /** Answers this instead of what the protocol says, while set. */
  instead: { status: number; headers?: Record<string, string>; body: string } | undefined;
}

/** A witness by the letter of https://c2sp.org/tlog-witness, for one log, at a time in seconds. */
export async function startWitness(log: VerifierKey, time: () => number): Promise<WitnessServer> {
  const signer = ed25519Signer(Buffer.alloc(32, 9));
  const key = makeVerifierKey(sha256, "witness.test/w1", signer.publicKey, "cosignature");
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { status, headers, body } = witness.instead ?? answer(request.url ?? "", Buffer.concat(chunks).toString());
    witness.answered.push(status);
    response.writeHead(status, headers ?? {}).end(body);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");

  function answer(path: string, body: string): { status: number; headers?: Record<string, string>; body: string } {
    const refused = (status: number) => ({ status, body: "" });
    const asked = readAddCheckpoint(body);
    const note = asked && readNote(asked.checkpoint);
    const next = note && readCheckpoint(note.text);
    if (path !== "/add-checkpoint" || !asked || !note || !next) return refused(400);
    if (next.origin !== log.name) return refused(404);
    if (checkSignature(note, log, verifyEd25519) !== "good") return refused(403);
    if (asked.oldSize > next.size) return refused(400);
    const known = witness.latest ?? { origin: log.name, size: 0, root: sha256Tree.empty };
    if (asked.oldSize !== known.size)
      return { status: 409, headers: { "content-type": "text/x.tlog.size" }, body: `${known.size}\n` };
    if (known.size === next.size && !Buffer.from(known.root).equals(next.root)) return refused(409);
    const claim = {
      first: known.size,
      firstRoot: known.root,
      second: next.size,
      secondRoot: next.root,
      path: asked.proof,
    };
    if (!verifyConsistency(sha256Tree, claim)) return refused(422);
    witness.latest = next;
    const at = time();
    const signature = spellTimestamped(at, signer.sign(cosignedMessage(at, note.text)));
    return { status: 200, body: spellSignatureLine({ name: key.name, keyId: key.keyId, signature }) };
  }

  const witness: WitnessServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    verifier: spellVerifierKey(key),
    answered: [],
    latest: undefined,
    instead: undefined,
    async [Symbol.asyncDispose]() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
  return witness;
}
