import type { Json, JsonObject } from "#sigma";
import { readEventXml } from "./read-event-xml.ts";
import { readNameValues } from "./read-name-values.ts";

/** A message is looked into up to here; a record that long says who it is before. */
const mostCharacters = 256 * 1024;

/**
 * Brings structure that was put into a syslog message to where rules look: a Windows-style event in XML (Sysmon for
 * Linux) under `Event`, an audit record under `audit`. The message stays.
 */
export function unfoldSyslogMessage(body: JsonObject, key: string): JsonObject {
  const message = body[key];
  if (typeof message !== "string" || message.length > mostCharacters) return body;
  const xml = message.indexOf("<Event>");
  if (xml >= 0 || message.startsWith("<Event ")) {
    const event = readEventXml(message.slice(Math.max(xml, 0)));
    return event ? { ...body, Event: event } : body;
  }
  if (!message.startsWith("type=")) return body;
  const audit: Record<string, Json> = readNameValues(message);
  return { ...body, audit };
}
