import type { Json, JsonObject } from "#sigma";

/** A line is looked into up to here. */
const mostCharacters = 256 * 1024;

/** containerd and CRI-O: time, stream, F for a full line or P for a part, then the line. */
const cri = /^(\d{4}-\d\d-\d\dT\S{1,40}) (stdout|stderr) ([FP])(?::\S{0,64})? (.*)$/s;

/**
 * What a container wrote, out of the line that its runtime made of it: `container.time`, `.stream` and `.log` (the line
 * without its end), and, when the line is a JSON object, that object under `container.json`.
 */
export function unfoldContainerLog(body: JsonObject): JsonObject {
  const { log, message, stream, time } = body;
  if (typeof log === "string" && log.length <= mostCharacters) {
    return { ...body, container: written(log, { ...given("time", time), ...given("stream", stream) }) };
  }
  if (typeof message !== "string" || message.length > mostCharacters) return body;
  const line = cri.exec(message);
  return line ? { ...body, container: written(line[4]!, { time: line[1]!, stream: line[2]! }) } : body;
}

function written(text: string, about: JsonObject): JsonObject {
  const log = text.replace(/\r?\n$/, "");
  const json = objectOf(log);
  return { ...about, log, ...(json && { json }) };
}

function objectOf(text: string): JsonObject | undefined {
  if (!text.startsWith("{")) return undefined;
  try {
    return JSON.parse(text) as JsonObject;
  } catch {
    return undefined;
  }
}

function given(name: string, value: Json | undefined): Record<string, Json> {
  return value === undefined ? {} : { [name]: value };
}
