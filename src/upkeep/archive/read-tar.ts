import { blockBytes, paddingOf, readTarBlock, readTarRecords, type TarEntry } from "../core/tar-header.ts";
import { refuse } from "../refusals.ts";
import { ByteReader } from "./byte-reader.ts";

export interface TarReading {
  readonly entry: TarEntry;
  /** A file's bytes. What is not read of it is passed over. */
  readonly body: AsyncIterable<Uint8Array>;
}

const mostRecords = 64 * 1024;
const pieceBytes = 256 * 1024;

/** A tar's entries, in order. Refuses what is cut short or is none, and what only other programs put in tars. */
export async function* readTar(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<TarReading, void, undefined> {
  const reader = new ByteReader(chunks);
  let records: Record<string, string> = {};
  while (true) {
    const bytes = await reader.take(blockBytes);
    if (bytes.length < blockBytes) throw refuse("damaged", { why: "it is cut short" });
    const read = readTarBlock(bytes, records);
    if (!read.ok) throw refuse("damaged", { why: problems[read.error] });
    const block = read.value;
    if (block.kind === "end") return await passEnd(reader);
    if (block.kind === "records") {
      if (block.size > mostRecords) throw refuse("damaged", { why: problems.field });
      const body = await reader.take(block.size + paddingOf(block.size));
      const found = readTarRecords(body.subarray(0, block.size));
      if (!found.ok) throw refuse("damaged", { why: problems.field });
      records = found.value;
      continue;
    }
    records = {};
    const { entry } = block;
    const size = entry.kind === "file" ? entry.size : 0;
    const left = { bytes: size };
    yield { entry, body: bodyOf(reader, left) };
    for await (const _ of bodyOf(reader, left));
    await reader.take(paddingOf(size));
  }
}

const problems = {
  checksum: "a header of its archive was changed",
  kind: "it holds what no backup does",
  field: "a header of its archive makes no sense",
};

async function* bodyOf(reader: ByteReader, left: { bytes: number }): AsyncGenerator<Uint8Array, void, undefined> {
  while (left.bytes > 0) {
    const bytes = await reader.some(Math.min(left.bytes, pieceBytes));
    if (!bytes) throw refuse("damaged", { why: "it is cut short" });
    left.bytes -= bytes.length;
    yield bytes;
  }
}

/** To the last byte: what is encrypted is proven to be whole only there. An end has two blocks, of which one was read. */
async function passEnd(reader: ByteReader): Promise<void> {
  const second = await reader.take(blockBytes);
  if (second.length < blockBytes) throw refuse("damaged", { why: "it is cut short" });
  if (second.some((byte) => byte !== 0)) throw refuse("damaged", { why: "something follows its end" });
  for (let bytes = await reader.some(pieceBytes); bytes; bytes = await reader.some(pieceBytes))
    if (bytes.some((byte) => byte !== 0)) throw refuse("damaged", { why: "something follows its end" });
}
