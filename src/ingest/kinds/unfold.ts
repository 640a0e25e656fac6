import type { JsonObject } from "#sigma";
import { unfoldAuditEvent } from "./unfold-audit-event.ts";
import { unfoldContainerLog } from "./unfold-container-log.ts";
import { unfoldJsonText } from "./unfold-json-text.ts";
import { unfoldNamedData } from "./unfold-named-data.ts";
import { unfoldMessageValues } from "./unfold-message-values.ts";
import { unfoldRegistryAudit } from "./unfold-registry-audit.ts";
import { unfoldSyslogMessage } from "./unfold-syslog-message.ts";

/** The unfoldings that `content/sources` may name. Each returns a new body, or the same one when nothing is folded. */
const unfoldings: Readonly<Record<string, (body: JsonObject) => JsonObject>> = {
  "windows-named-data": unfoldNamedData,
  "event-data-json": (body) => unfoldJsonText(body, "EventData"),
  "syslog-message": (body) => unfoldSyslogMessage(body, "SyslogMessage"),
  "message-xml": (body) => unfoldSyslogMessage(body, "message"),
  "registry-audit": unfoldRegistryAudit,
  "message-values": unfoldMessageValues,
  "audit-event": unfoldAuditEvent,
  "container-log": unfoldContainerLog,
};

export function unfolding(name: string): (body: JsonObject) => JsonObject {
  const found = Object.hasOwn(unfoldings, name) ? unfoldings[name] : undefined;
  if (!found) throw new Error(`no unfolding is named "${name}"; there are: ${Object.keys(unfoldings).join(", ")}`);
  return found;
}
