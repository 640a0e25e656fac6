import {
  mostProofLines,
  readAnswer,
  spellAddCheckpoint,
  type AddCheckpoint,
  type WitnessAnswer,
} from "./core/add-checkpoint.ts";

const patience = 10_000;
const longestAnswer = 16 * 1024;

/** Sends add-checkpoint; resolves with what the witness answers. Rejects where it can't be reached or says too much. */
export async function askWitness(url: string, request: AddCheckpoint, signal: AbortSignal): Promise<WitnessAnswer> {
  if (request.proof.length > mostProofLines) throw new RangeError("no proof is that long");
  const answer = await fetch(`${url.replace(/\/$/, "")}/add-checkpoint`, {
    method: "POST",
    body: spellAddCheckpoint(request),
    headers: { "content-type": "text/plain; charset=utf-8" },
    // Only where the operator said: an answer must not send this process elsewhere.
    redirect: "error",
    signal: AbortSignal.any([signal, AbortSignal.timeout(patience)]),
  });
  const type = answer.headers.get("content-type")?.split(";")[0]?.trim();
  return readAnswer(answer.status, type, await shortText(answer));
}

async function shortText(answer: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of answer.body ?? []) {
    length += part.length;
    if (length > longestAnswer) throw new RangeError(`a witness answered with more than ${longestAnswer} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString();
}
