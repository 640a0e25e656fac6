import type { Json, JsonObject } from "#sigma";
import { isObject, parseObject } from "./dress-event.ts";

/** One action of a `_bulk` request: a document that is taken, or the reason why it is not. */
export interface BulkItem {
  readonly action: "create" | "index" | "update" | "delete";
  readonly index: string;
  /** The sender's own; undefined where it left naming to us. */
  readonly id: string | undefined;
  readonly refused?: { readonly status: 400; readonly type: string; readonly reason: string };
  /** A line of NDJSON: the document as it was spelled, its index and id behind it. */
  readonly line?: string;
}

export type BulkRead = { readonly items: readonly BulkItem[] } | { readonly fault: string };

/** Items of one request; clients send some thousands. Each takes some hundred bytes here, and as many in the answer. */
const mostItems = 200_000;

/**
 * The body of Elasticsearch's `_bulk`: a line that says what to do, then, but for `delete`, a line with the document. Events are
 * written and never changed, so `update` and `delete` are refused one by one. A body that is no such sequence is refused as a whole, as
 * Elasticsearch does. https://www.elastic.co/docs/api/doc/elasticsearch/operation/operation-bulk
 */
export function readBulk(text: string, fallback: string | undefined): BulkRead {
  const items: BulkItem[] = [];
  let number = 0;
  const lines = linesOf(text);
  for (let next = lines.next(); !next.done; next = lines.next()) {
    number += 1;
    if (items.length >= mostItems)
      return { fault: `The bulk request has more than ${mostItems} items; send fewer at once` };
    const head = parseObject(next.value);
    const [entry, ...more] = Object.entries(head ?? {});
    if (!entry || more.length > 0 || !isAction(entry[0]) || !isObject(entry[1]))
      return { fault: `Malformed action/metadata line [${number}], expected one of create, index, update or delete` };
    const [action, says] = entry;
    const index = textOf(says["_index"]) ?? fallback;
    const id = textOf(says["_id"]);
    if (index === undefined) return { fault: `Validation Failed: an index is missing in line [${number}]` };
    if (action === "delete") {
      items.push({ action, index, id, refused: notHere(action) });
      continue;
    }
    next = lines.next();
    number += 1;
    if (next.done) return { fault: `The bulk request must be terminated by a document for line [${number - 1}]` };
    if (action === "update") {
      items.push({ action, index, id, refused: notHere(action) });
      continue;
    }
    const document = parseObject(next.value);
    if (!document) {
      const refused = {
        status: 400,
        type: "document_parsing_exception",
        reason: "the document is no JSON object",
      } as const;
      items.push({ action, index, id, refused });
      continue;
    }
    const extra = { _index: index, ...(id === undefined ? {} : { _id: id }) };
    // Elasticsearch knows both names as its own, so no document has them.
    items.push({ action, index, id, line: lineOf(next.value, document, extra) });
  }
  return items.length === 0 ? { fault: "request body is required" } : { items };
}

function lineOf(text: string, document: JsonObject, extra: JsonObject): string {
  const body = text.trimEnd().slice(0, -1).trimEnd();
  return `${body}${Object.keys(document).length > 0 ? "," : ""}${JSON.stringify(extra).slice(1)}`;
}

function notHere(action: string): NonNullable<BulkItem["refused"]> {
  return {
    status: 400,
    type: "illegal_argument_exception",
    reason: `events are never changed: ${action} is not taken here`,
  };
}

function* linesOf(text: string): Generator<string, undefined> {
  for (let from = 0; from < text.length;) {
    const stop = text.indexOf("\n", from);
    const to = stop < 0 ? text.length : stop;
    const line = text.slice(from, to).trim();
    if (line !== "") yield line;
    from = to + 1;
  }
}

function isAction(name: string): name is BulkItem["action"] {
  return name === "create" || name === "index" || name === "update" || name === "delete";
}

function textOf(value: Json | undefined): string | undefined {
  return typeof value === "string" && value !== "" ? value.slice(0, 512) : undefined;
}
