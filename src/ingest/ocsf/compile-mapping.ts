import type { EventKind, Json, JsonObject } from "#sigma";
import type { IngestKind, Path } from "../kinds/ingest-kind.ts";
import { classes, type OcsfClassName } from "./classes.ts";
import { type Conversion, conversions } from "./conversions.ts";
import type { AttributeDefinition, EventMapping, MappingFile } from "./mapping-definition.ts";

/** Where a field lies in records of one kind, best place first, and what to make of its value. */
export interface Source {
  readonly places: readonly Path[];
  readonly convert: Conversion;
  /** Whether the attribute says all that the field said, so that the field need not be kept among the unmapped. */
  readonly keepsAll: boolean;
}

export interface CompiledAttribute {
  /** `process.file` as steps. */
  readonly to: Path;
  readonly constant?: Json;
  readonly source?: Source;
  readonly map?: ReadonlyMap<string, Json>;
  readonly otherwise?: Json;
}

export interface CompiledEvent {
  readonly name: OcsfClassName;
  readonly where: readonly { readonly source: Source; readonly texts: ReadonlySet<string> }[];
  readonly activity: { readonly caption?: string; readonly source?: Source; readonly map?: ReadonlyMap<string, Json> };
  readonly attributes: readonly CompiledAttribute[];
}

/** What is to be done with records of one kind. */
export interface CompiledKind {
  readonly product: JsonObject;
  readonly common: readonly CompiledAttribute[];
  readonly events: readonly CompiledEvent[];
}

/** Conversions after which the field's own text can't be told any more; such fields stay among the unmapped too. */
const losing = new Set(
  "lower boolean time file-name parent-folder host first-word last-word last-verb login-act login-user login-ip login-port login-method sudo-caller".split(
    " ",
  ),
);

/** Throws an Error when a mapping names a conversion or an activity that doesn't exist: content is ours. */
export function compileKind(files: readonly MappingFile[], kind: EventKind): CompiledKind | undefined {
  const ours = files.filter(({ source }) => source.includes((kind as Partial<IngestKind>).source ?? ""));
  const [first] = ours;
  if (first === undefined) return undefined;
  const events = ours.flatMap((file) => file.events).filter(({ logsource }) => answers(kind, logsource));
  return {
    product: first.product,
    common: ours.flatMap(({ common }) => compileAttributes(common, kind)),
    events: events.map((event) => compileEvent(event, kind)),
  };
}

function answers(kind: EventKind, wanted: EventMapping["logsource"]): boolean {
  return (["product", "service", "category"] as const).every(
    (part) => wanted[part] === undefined || kind.logsource[part]?.includes(wanted[part]),
  );
}

function compileEvent({ class: name, where, activity, attributes }: EventMapping, kind: EventKind): CompiledEvent {
  const captions = typeof activity === "string" ? [activity] : Object.values(activity.map);
  const unknown = captions.find((caption) => !Object.hasOwn(classes[name].activities, caption));
  if (unknown !== undefined) throw new Error(`OCSF mapping: class ${name} has no activity "${unknown}"`);
  return {
    name,
    where: Object.entries(where).map(([field, texts]) => ({
      source: sourceOf(field, kind),
      texts: new Set(texts.map((text) => text.toLowerCase())),
    })),
    activity:
      typeof activity === "string"
        ? { caption: activity }
        : { source: sourceOf(activity.from, kind), map: folded(activity.map) },
    attributes: compileAttributes(attributes, kind),
  };
}

function compileAttributes(
  definitions: Readonly<Record<string, AttributeDefinition>>,
  kind: EventKind,
): CompiledAttribute[] {
  return Object.entries(definitions).map(([attribute, definition]): CompiledAttribute => {
    const to = attribute.split(".");
    if (typeof definition === "string") return { to, source: sourceOf(definition, kind) };
    if ("value" in definition) return { to, constant: definition.value };
    const { from, map, otherwise } = definition;
    return { to, source: sourceOf(from, kind), map: folded(map), ...(otherwise !== undefined && { otherwise }) };
  });
}

/** `Image, NewProcessName | file`. */
function sourceOf(text: string, kind: EventKind): Source {
  const [fields = "", conversion = "text"] = text.split("|").map((part) => part.trim());
  const convert = conversions[conversion];
  if (convert === undefined) throw new Error(`OCSF mapping: "${text}" names no conversion that exists`);
  return {
    places: fields.split(",").flatMap((field) => kind.layout.paths(field.trim())),
    convert,
    keepsAll: !losing.has(conversion),
  };
}

function folded(map: Readonly<Record<string, Json>>): ReadonlyMap<string, Json> {
  return new Map(Object.entries(map).map(([key, value]) => [key.toLowerCase(), value]));
}
