import { createGunzip, createZstdDecompress, type Gunzip, type ZstdDecompress } from "node:zlib";
import type { ByteSource, SourceFault } from "./byte-source.ts";

export type Compression = "gzip" | "zstd";

/** Output over which the inflation limit is applied: short stretches of equal bytes are no bomb. */
const window = 64 * 1024 * 1024;
const packedPiece = 64 * 1024;
const plainPiece = 64 * 1024;
/** Plain bytes held before the decoder has to wait for the reader. */
const heldAtMost = 1024 * 1024;

/**
 * The plain bytes of a packed source, all its members or frames one after another. What was decoded before a cut is
 * given in full; before a damaged place, all but the last piece (64 KiB at most).
 */
export class InflatedSource implements ByteSource {
  readonly mayReadAhead = false;
  fault: SourceFault | undefined;
  readonly #packed: ByteSource;
  readonly #compression: Compression;
  readonly #inflation: number;
  #decoder: Gunzip | ZstdDecompress | undefined;
  #held: Buffer[] = [];
  #heldBytes = 0;
  #changed = Promise.withResolvers<void>();
  #unfed: Buffer | undefined;
  #busy = false;
  #done = false;
  #given = 0;
  #markGiven = 0;
  #markConsumed = 0;

  constructor(packed: ByteSource, compression: Compression, inflation: number) {
    this.#packed = packed;
    this.#compression = compression;
    this.#inflation = inflation;
  }

  get consumed(): number {
    return this.#packed.consumed;
  }

  async read(into: Buffer, at: number): Promise<number> {
    for (;;) {
      const piece = this.#held[0];
      if (piece) {
        const copied = piece.copy(into, at);
        if (copied === piece.length) this.#held.shift();
        else this.#held[0] = piece.subarray(copied);
        this.#heldBytes -= copied;
        if (this.#heldBytes === 0) this.#decoder?.resume();
        return copied;
      }
      if (this.#done) return 0;
      if (this.#busy) await this.#wait();
      else await this.#feed();
    }
  }

  async #wait(): Promise<void> {
    await this.#changed.promise;
    this.#changed = Promise.withResolvers<void>();
  }

  async #feed(): Promise<void> {
    let piece = this.#unfed;
    this.#unfed = undefined;
    if (!piece) {
      const room = Buffer.allocUnsafeSlow(packedPiece);
      piece = room.subarray(0, await this.#packed.read(room, 0));
    }
    if (this.#done) return;
    if (piece.length === 0) {
      this.fault ??= this.#packed.fault;
      if (this.#decoder) {
        this.#busy = true;
        this.#decoder.end();
      } else this.#done = true;
      return;
    }
    this.#busy = true;
    const decoder = (this.#decoder ??= this.#newDecoder());
    const before = decoder.bytesWritten;
    const fed = piece;
    // Zstandard's decoder ends with its frame and leaves the rest of the piece to the next one.
    decoder.removeAllListeners("end");
    decoder.once("end", () => {
      const rest = fed.subarray(decoder.bytesWritten - before);
      const finished = decoder.writableEnded;
      decoder.destroy();
      this.#decoder = undefined;
      if (finished) this.#done = true;
      else if (rest.length > 0) this.#unfed = rest;
      this.#settle();
    });
    decoder.write(piece, (error) => {
      if (!error) this.#settle();
    });
  }

  #settle(): void {
    this.#busy = false;
    this.#changed.resolve();
  }

  #newDecoder(): Gunzip | ZstdDecompress {
    const options = { chunkSize: plainPiece };
    const decoder = this.#compression === "gzip" ? createGunzip(options) : createZstdDecompress(options);
    decoder.on("data", (piece: Buffer) => this.#take(piece, decoder));
    decoder.on("error", (error: NodeJS.ErrnoException) => {
      this.#done = true;
      this.fault ??= faultOf(error, this.#compression);
      this.#settle();
    });
    return decoder;
  }

  #take(piece: Buffer, decoder: Gunzip | ZstdDecompress): void {
    if (this.#done) return;
    this.#held.push(piece);
    this.#heldBytes += piece.length;
    this.#given += piece.length;
    if (this.#given - this.#markGiven >= window) {
      const packed = this.#packed.consumed - this.#markConsumed;
      // One packed piece may have been taken before this stretch began.
      if ((packed + packedPiece) * this.#inflation < this.#given - this.#markGiven) {
        this.fault = {
          code: "bomb",
          message:
            `unpacks to more than ${this.#inflation} times its size, so unpacking stopped after ${this.#given} bytes; ` +
            "raise the inflation limit if the file is trusted",
        };
        this.#done = true;
        decoder.destroy();
      }
      this.#markGiven = this.#given;
      this.#markConsumed = this.#packed.consumed;
    }
    if (this.#heldBytes >= heldAtMost) decoder.pause();
    this.#changed.resolve();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#done = true;
    this.#decoder?.destroy();
    await this.#packed[Symbol.asyncDispose]();
  }
}

function faultOf(error: NodeJS.ErrnoException, compression: Compression): SourceFault {
  if (error.code === "Z_BUF_ERROR") {
    return {
      code: "truncated",
      message: `the ${compression} data ends before its end; what could be unpacked was read`,
    };
  }
  return {
    code: "damaged",
    message: `the ${compression} data is damaged (${error.code ?? error.message}); what came before was read`,
  };
}
