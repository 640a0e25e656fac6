import type { JsonObject } from "#sigma";
import type { FormatName, LogRecord, ReadingProblem, RecordBatch } from "../contract.ts";

const recordsAtMost = 512;
const bytesAtMost = 1024 * 1024;

/** Numbers records and problems as they come and puts them into batches. */
export class Batching {
  /** Number of the record to come. */
  index = 0;
  #records: LogRecord[] = [];
  #problems: ReadingProblem[] = [];
  #bytes = 0;

  add(format: FormatName, offset: number, length: number, body: JsonObject, raw?: Uint8Array): void {
    this.#records.push(
      raw === undefined
        ? { index: this.index++, offset, length, format, body }
        : { index: this.index++, offset, length, format, body, raw },
    );
    this.#bytes += length;
  }

  /** A record that is lost; it takes a number all the same. */
  lost(offset: number, length: number, code: string, message: string): void {
    this.#problems.push({ index: this.index++, offset, length, code, message, wasRead: false });
  }

  /** Something to know about the record to come, which is read all the same. */
  notice(offset: number, code: string, message: string): void {
    this.#problems.push({ index: this.index, offset, length: 0, code, message, wasRead: true });
  }

  get full(): boolean {
    return (
      this.#records.length >= recordsAtMost || this.#bytes >= bytesAtMost || this.#problems.length >= recordsAtMost
    );
  }

  get empty(): boolean {
    return this.#records.length === 0 && this.#problems.length === 0;
  }

  take(consumed: number): RecordBatch {
    const batch = { records: this.#records, problems: this.#problems, consumed };
    this.#records = [];
    this.#problems = [];
    this.#bytes = 0;
    return batch;
  }
}
