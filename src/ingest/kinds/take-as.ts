import { unknownKind, type EventKind, type KnownLogSource } from "#sigma";
import type { Recognise } from "../contract.ts";
import type { IngestKind } from "./ingest-kind.ts";
import { wrapped } from "./wrapped-kind.ts";

/**
 * Takes what nothing recognises (JSON of an unknown shape, lines of text) for events of the given log source; whatever is
 * recognised stays as it is. What the source leaves out stays unknown.
 */
export function takeAs(recognise: Recognise, logsource: KnownLogSource): Recognise {
  const kinds = new Map<EventKind, EventKind>();
  return (body, format) => {
    const kind = recognise(body, format);
    if (!isUnrecognised(kind)) return kind;
    let taken = kinds.get(kind);
    if (!taken) kinds.set(kind, (taken = takenAs(kind, logsource)));
    return taken;
  };
}

function takenAs(kind: EventKind, logsource: KnownLogSource): EventKind {
  const { product, service, category } = logsource;
  const name = [product, service, category].map((words) => words?.join("+") ?? "*").join("/");
  // A text's own pipeline would refuse rules for structured products, which may be just what is meant.
  return { ...kind, key: `${kind.key} as ${name}`, logsource, pipelines: [] };
}

/** The kind that `takeAs` made of `kind` under this name, the part of its key behind ` as `; undefined for a name of another form. */
export function takenByName(kind: EventKind, name: string): EventKind | undefined {
  const [product, service, category, ...more] = name
    .split("/")
    .map((words) => (words === "*" ? undefined : words.split("+")));
  if (more.length > 0) return undefined;
  const taken = takenAs(kind, {
    ...(product && { product }),
    ...(service && { service }),
    ...(category && { category }),
  });
  return taken.key === `${kind.key} as ${name}` ? taken : undefined;
}

function isUnrecognised(kind: EventKind): boolean {
  return kind === unknownKind || kind === wrapped(unknownKind) || (kind as Partial<IngestKind>).source === "text";
}
