import { unknownKind, type EventKind, type KnownLogSource } from "#sigma";
import type { Recognise } from "../contract.ts";
import type { IngestKind } from "./ingest-kind.ts";
import { wrapped } from "./wrapped-kind.ts";

/**
 * Takes what nothing recognises (JSON of an unknown shape, lines of text) for events of the given log source; whatever is
 * recognised stays as it is. What the source leaves out stays unknown.
 */
export function takeAs(recognise: Recognise, logsource: KnownLogSource): Recognise {
  const name = [logsource.product, logsource.service, logsource.category]
    .map((words) => words?.join("+") ?? "*")
    .join("/");
  const kinds = new Map<EventKind, EventKind>();
  return (body, format) => {
    const kind = recognise(body, format);
    if (!isUnrecognised(kind)) return kind;
    let taken = kinds.get(kind);
    if (!taken) {
      // A text's own pipeline would refuse rules for structured products, which may be just what is meant.
      taken = { ...kind, key: `${kind.key} as ${name}`, logsource, pipelines: [] };
      kinds.set(kind, taken);
    }
    return taken;
  };
}

function isUnrecognised(kind: EventKind): boolean {
  return kind === unknownKind || kind === wrapped(unknownKind) || (kind as Partial<IngestKind>).source === "text";
}
