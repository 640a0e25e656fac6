import type { Json, JsonObject } from "#sigma";
import { readNameValues } from "./read-name-values.ts";

/** A message is looked into up to here. */
const mostCharacters = 64 * 1024;

/** Brings the `name=value` pairs of a message to `values`: FortiGate's whole message, what sudo says of a command. */
export function unfoldMessageValues(body: JsonObject): JsonObject {
  const message = body["message"] ?? body["MESSAGE"];
  if (typeof message !== "string" || message.length > mostCharacters || !message.includes("=")) return body;
  const values = message.includes(" ; ") ? sudoValues(message) : readNameValues(message);
  return Object.keys(values).length > 0 ? { ...body, values } : body;
}

/** `alice : TTY=pts/0 ; PWD=/home/alice ; USER=root ; COMMAND=/usr/bin/id -u`: values may hold blanks. */
function sudoValues(message: string): Record<string, Json> {
  const values: Record<string, Json> = {};
  for (const part of message.split(" ; ")) {
    const pair = /(?:^|\s)([A-Z]{2,16})=(.*)$/s.exec(part);
    if (pair?.[1] !== undefined && pair[2] !== undefined) values[pair[1]] = pair[2];
  }
  return values;
}
