import { EventsError } from "#platform";

/** How an insert ends: well, or with an error before or after its rows are there. */
export type InsertEnd = "well" | "fails before" | "fails after" | "full";

/** A store of events with as much as a OnceTable needs: keeps the lines of inserts, and fails as it is told to. */
export class MemoryEvents {
  readonly lines: string[] = [];
  /** Rows of each insert. */
  readonly inserts: number[] = [];
  readonly #ends: InsertEnd[];
  /** Holds every insert up until it resolves. */
  gate: Promise<void> = Promise.resolve();

  constructor(ends: readonly InsertEnd[] = []) {
    this.#ends = [...ends];
  }

  async insertLines(_: string, bytes: Uint8Array): Promise<void> {
    const end = this.#ends.shift() ?? "well";
    await this.gate;
    await pause();
    if (end === "full") throw new EventsError("full", "no space left");
    if (end === "fails before") throw new Error("insert failed");
    const lines = Buffer.from(bytes).toString().split("\n").slice(0, -1);
    this.inserts.push(lines.length);
    this.lines.push(...lines);
    await pause();
    if (end === "fails after") throw new Error("insert failed, or its answer");
  }

  async query<Row>(_: string, { parameters }: { readonly parameters?: object } = {}): Promise<Row[]> {
    await pause();
    const { uids = [] } = parameters as { uids?: readonly string[] };
    const asked = new Set(uids);
    return this.lines
      .map((line) => (JSON.parse(line) as { uid: string }).uid)
      .flatMap((uid) => (asked.has(uid) ? [{ uid } as Row] : []));
  }

  // oxlint-disable-next-line require-yield
  async *stream<Row>(): AsyncGenerator<Row[], void, undefined> {}
}

function pause(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}
