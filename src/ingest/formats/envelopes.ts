/**
 * Lists of records in one object: the path to the list. AWS CloudTrail (`Records`), Azure and Google exports (`records`,
 * `value`, `entries`), CloudWatch Logs (`logEvents`), Okta and others' pages (`events`, `logs`, `items`, `data`,
 * `results`, `result`: Cloudflare's API), Elasticsearch's answers (`hits.hits`).
 */
const paths: readonly (readonly string[])[] = [
  ["Records"],
  ["records"],
  ["value"],
  ["entries"],
  ["logEvents"],
  ["events"],
  ["logs"],
  ["items"],
  ["data"],
  ["results"],
  ["result"],
  ["hits", "hits"],
];

/** Keys that stand beside the list in such an object; any other key before the list means that it is an event. */
const companions =
  /^(?:@odata\..+|nextLink|next|prev|previous|count|total|took|timed_out|_shards|_scroll_id|_clusters|max_score|messageType|owner|logGroup|logStream|subscriptionFilters|success|errors|messages|kind|etag|nextPageToken|resultSizeEstimate|result_info|preview|init_offset|fields)$/;

/** The path to the list of records when the JSON in a file's first bytes is an envelope of one. */
export function envelopePath(head: Buffer): readonly string[] | undefined {
  const text = head.toString("utf8");
  return paths.find((path) => leadsToRecords(text, path));
}

function leadsToRecords(text: string, path: readonly string[]): boolean {
  let at = skipBlanks(text, 0);
  for (const step of path) {
    const value = valueOf(text, at, step);
    if (value < 0) return false;
    at = value;
  }
  if (text[at] !== "[") return false;
  const first = text[skipBlanks(text, at + 1)];
  return first === "{" || first === "]";
}

/** Where the value of `key` begins in the object at `at`, when only companions come before it; else -1. */
function valueOf(text: string, at: number, key: string): number {
  if (text[at] !== "{") return -1;
  at = skipBlanks(text, at + 1);
  while (text[at] === '"') {
    const stop = skipString(text, at);
    const name = text.slice(at + 1, stop - 1);
    at = skipBlanks(text, stop);
    if (text[at] !== ":") return -1;
    at = skipBlanks(text, at + 1);
    if (name === key) return at;
    if (!companions.test(name)) return -1;
    at = skipBlanks(text, skipValue(text, at));
    if (text[at] !== ",") return -1;
    at = skipBlanks(text, at + 1);
  }
  return -1;
}

function skipValue(text: string, at: number): number {
  let depth = 0;
  for (; at < text.length; at++) {
    const char = text[at]!;
    if (char === '"') at = skipString(text, at) - 1;
    else if (char === "{" || char === "[") depth++;
    else if (char === "}" || char === "]") {
      if (depth === 0) return at;
      depth--;
    } else if (char === "," && depth === 0) return at;
  }
  return at;
}

function skipString(text: string, at: number): number {
  for (at++; at < text.length && text[at] !== '"'; at++) if (text[at] === "\\") at++;
  return at + 1;
}

function skipBlanks(text: string, at: number): number {
  while (at < text.length && text.charCodeAt(at) <= 32) at++;
  return at;
}
