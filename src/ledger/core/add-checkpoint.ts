import { readDecimal, readHash, spellBase64 } from "./base64.ts";

/** What a log sends a witness: https://c2sp.org/tlog-witness, add-checkpoint. */
export interface AddCheckpoint {
  /** The size that the witness signed last; 0 where it never did. */
  readonly oldSize: number;
  /** The consistency proof from there; empty from 0, and from the checkpoint's own size. */
  readonly proof: readonly Uint8Array[];
  /** The signed note. */
  readonly checkpoint: string;
}

export const mostProofLines = 63;

export function spellAddCheckpoint({ oldSize, proof, checkpoint }: AddCheckpoint): string {
  return `old ${oldSize}\n${proof.map((hash) => `${spellBase64(hash)}\n`).join("")}\n${checkpoint}`;
}

/** Reads such a request, as a witness does; `undefined` for what is none. */
export function readAddCheckpoint(body: string): AddCheckpoint | undefined {
  const cut = body.indexOf("\n\n");
  if (cut < 0) return undefined;
  const [old = "", ...lines] = body.slice(0, cut).split("\n");
  const oldSize = old.startsWith("old ") ? readDecimal(old.slice(4)) : undefined;
  if (oldSize === undefined || lines.length > mostProofLines) return undefined;
  const proof = lines.map(readHash);
  if (!proof.every((hash) => hash !== undefined)) return undefined;
  return { oldSize, proof, checkpoint: body.slice(cut + 2) };
}

/**
 * What a witness answered: signature lines, the size it is at, or why not. `conflict` is also what a witness says whose
 * root at our size is another one.
 */
export type WitnessAnswer =
  | { readonly kind: "cosigned"; readonly lines: string }
  | { readonly kind: "at-size"; readonly size: number }
  | { readonly kind: "refused"; readonly why: RefusedWhy };

export type RefusedWhy = "bad-request" | "unknown-key" | "unknown-log" | "conflict" | "inconsistent" | "unexpected";

const refusedBy: Readonly<Record<number, RefusedWhy>> = {
  400: "bad-request",
  403: "unknown-key",
  404: "unknown-log",
  409: "conflict",
  422: "inconsistent",
};

export function readAnswer(status: number, type: string | undefined, body: string): WitnessAnswer {
  if (status === 200) return { kind: "cosigned", lines: body };
  if (status === 409 && type === "text/x.tlog.size" && body.endsWith("\n")) {
    const size = readDecimal(body.slice(0, -1));
    if (size !== undefined) return { kind: "at-size", size };
  }
  return { kind: "refused", why: refusedBy[status] ?? "unexpected" };
}
