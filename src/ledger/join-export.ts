import { exportedPiece } from "./contract.ts";
import type { ExportPlace } from "./export-log.ts";

/** Asks the running server for its export piece by piece (`ledger.export`), starting with the piece that it gave first. */
export async function* joinExport(
  first: unknown,
  ask: (where: ExportPlace) => Promise<unknown>,
): AsyncGenerator<string> {
  for (let piece = exportedPiece.parse(first); ; piece = exportedPiece.parse(await ask(piece.next))) {
    yield piece.text;
    if (!piece.next) return;
  }
}
