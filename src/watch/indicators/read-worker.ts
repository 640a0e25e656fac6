/** A thread that reads lists: a million lines would hold up everything else for seconds. */
import { answerTasks } from "#platform";
import type { ReadIndicators } from "./indicator.ts";
import { readCsv } from "./read-csv.ts";
import { readLines } from "./read-lines.ts";
import { partSize, type ReadTask, type ReadUpload } from "./read-protocol.ts";
import { readStix } from "./read-stix.ts";

await answerTasks<ReadTask, ReadUpload>(() => ({ bytes, format, ...wishes }) => {
  let text: string;
  let read: ReadIndicators;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return { ok: false, why: "It is no text in UTF-8." };
  }
  try {
    read = format === "csv" ? readCsv(text, wishes) : format === "text" ? readLines(text, wishes) : readStix(text);
  } catch (error) {
    if (error instanceof SyntaxError) return { ok: false, why: "It is no JSON." };
    throw error;
  }
  const { indicators, ...told } = read;
  const parts: string[] = [];
  for (let at = 0; at < indicators.length; at += partSize)
    parts.push(JSON.stringify(indicators.slice(at, at + partSize)));
  return { ok: true, parts, count: indicators.length, ...told };
});
