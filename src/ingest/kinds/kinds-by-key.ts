import { type EventKind, unknownKind } from "#sigma";
import type { CaseTree } from "./case-tree.ts";
import { loadShapes } from "./load-kinds.ts";
import { ownSources } from "./load-sources.ts";
import { takenByName } from "./take-as.ts";
import { wrapped } from "./wrapped-kind.ts";

/** The one kind of this key; undefined where the content names none, as after it was changed. */
export type KindOfKey = (key: string) => EventKind | undefined;

/**
 * The kinds that `loadKinds` and `takeAs` recognise, by their keys: for events that were stored with no more than that.
 * Reads the files as `loadKinds` does. Kinds that sources' wishes made are made when they are first asked for, at most
 * `mostTaken` of them.
 */
export function loadKindsByKey(sources: string = ownSources): KindOfKey {
  const plain = loadEveryKind(sources);
  const known = new Map([...plain, ...plain.map(wrapped)].map((kind) => [kind.key, kind]));
  const taken = new Map<string, EventKind>();
  return (key) => {
    const found = known.get(key) ?? taken.get(key);
    if (found) return found;
    const at = key.lastIndexOf(" as ");
    const kind = at < 0 ? undefined : known.get(key.slice(0, at));
    const made = kind && takenByName(kind, key.slice(at + " as ".length));
    if (made && taken.size < mostTaken) taken.set(key, made);
    return made;
  };
}

const mostTaken = 1_000;

/**
 * Every kind that `loadKinds` recognises, each once, in the order in which they are asked; but not their twins in a search
 * engine's documents (`_source`). The last is `unknownKind`. Reads the files as `loadKinds` does.
 */
export function loadEveryKind(sources: string = ownSources): readonly EventKind[] {
  const known = new Map<string, EventKind>();
  const note = ({ kind, below }: CaseTree): void => {
    if (!known.has(kind.key)) known.set(kind.key, kind);
    below.forEach(note);
  };
  for (const { tree } of loadShapes(sources)) note(tree);
  return [...known.values(), unknownKind];
}
