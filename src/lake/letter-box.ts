import type { Events } from "#platform";

/** A dead letter as it is kept, without its bytes. */
export interface FiledLetter {
  readonly id: string;
  readonly source: string;
  /** Milliseconds since 1970. */
  readonly received: number;
  readonly code: string;
  readonly message: string;
  readonly format: string;
  /** Bytes that were kept. */
  readonly size: number;
}

export interface LetterQuestion {
  readonly source?: string | undefined;
  readonly code?: string | undefined;
  /** Goes on behind this letter, which may be gone. */
  readonly before?: Pick<FiledLetter, "received" | "id"> | undefined;
  readonly limit: number;
}

const columns = `toString(id) as id_text, source, toUnixTimestamp64Milli(received) as received_ms, code, message, format,
  length(base64Decode(bytes)) as size`;

type Row = Omit<FiledLetter, "id" | "received"> & { readonly id_text: string; readonly received_ms: number };

/** Looking at dead letters, newest first, and forgetting them. Each once, whatever was stored twice. */
export function createLetterBox(events: Pick<Events, "command" | "query">) {
  return {
    async list({ source, code, before, limit }: LetterQuestion, signal?: AbortSignal): Promise<FiledLetter[]> {
      const where = [
        ...(source === undefined ? [] : ["source = {source:String}"]),
        ...(code === undefined ? [] : ["code = {code:String}"]),
        ...(before === undefined
          ? []
          : ["(received, id) < (fromUnixTimestamp64Milli({received:Int64}), toFixedString({id:String}, 32))"]),
      ];
      const rows = await events.query<Row>(
        `select ${columns} from dead_letters ${where.length > 0 ? `where ${where.join(" and ")}` : ""}
         order by received desc, id desc limit 1 by id limit {limit:UInt32}`,
        {
          parameters: {
            limit,
            ...(source !== undefined && { source }),
            ...(code !== undefined && { code }),
            ...(before && { received: Math.trunc(before.received), id: before.id }),
          },
          ...(signal && { signal }),
        },
      );
      return rows.map(letterOf);
    },
    async open(id: string, signal?: AbortSignal) {
      if (!/^[0-9a-f]{32}$/.test(id)) return undefined;
      const [row] = await events.query<Row & { readonly content: string }>(
        `select ${columns}, bytes as content from dead_letters where id = {id:String} limit 1`,
        { parameters: { id }, ...(signal && { signal }) },
      );
      if (!row) return undefined;
      const { content, ...letter } = row;
      return { letter: letterOf(letter), bytes: new Uint8Array(Buffer.from(content, "base64")) };
    },
    counts: (signal?: AbortSignal) =>
      events.query<{ source: string; code: string; count: number }>(
        "select source, code, uniqExact(id) as count from dead_letters group by source, code order by source, code",
        signal && { signal },
      ),
    async forget(ids: readonly string[], signal?: AbortSignal): Promise<void> {
      const known = ids.filter((id) => /^[0-9a-f]{32}$/.test(id));
      if (known.length === 0) return;
      await events.command(
        "alter table dead_letters delete where id in {ids:Array(String)} settings mutations_sync = 2",
        {
          parameters: { ids: known },
          ...(signal && { signal }),
        },
      );
    },
  };
}

function letterOf({ id_text: id, received_ms: received, ...row }: Row): FiledLetter {
  return { ...row, id, received };
}
