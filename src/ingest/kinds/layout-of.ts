import type { Layout } from "#sigma";
import type { Path } from "./ingest-kind.ts";
import type { ShapeDefinition } from "./source-definition.ts";

/** Where rules' fields lie in records of a shape, with the extra names that a case gives. */
export function layoutOf(
  shape: Pick<ShapeDefinition, "name" | "under" | "dotted" | "fields" | "spaces">,
  extra: { aliases: Readonly<Record<string, readonly string[]>>; spaces: boolean } = { aliases: {}, spaces: false },
): Layout {
  const prefixes = shape.under.map((text): Path => (text === "." ? [] : text.split(".")));
  const spaces = shape.spaces || extra.spaces;
  const fields = new Map(Object.entries(shape.fields));
  const aliases = new Map(Object.entries(extra.aliases));
  return { name: layoutName(shape.name, extra.aliases, spaces), paths };

  function paths(field: string): readonly Path[] {
    const names = [field, ...(aliases.get(field) ?? []), ...(spaces ? spaced(field) : [])];
    return names.flatMap(
      (name) =>
        fields.get(name) ?? [
          ...shape.dotted.map((word): Path => [`${word}.${name}`]),
          ...prefixes.flatMap((prefix) => below(prefix, name)),
        ],
    );
  }
}

/** An exact key that holds dots wins over nesting. */
function below(prefix: Path, field: string): Path[] {
  const exact = [...prefix, field];
  return field.includes(".") ? [exact, [...prefix, ...field.split(".")]] : [exact];
}

/** `ThreatName` and `Threat_Name` are how rules write the data name `Threat Name`. */
function spaced(field: string): string[] {
  const words = field.replaceAll("_", " ").replace(/([a-z])(?=[A-Z])/g, "$1 ");
  return words === field ? [] : [words];
}

/** Layouts with equal names are equal, so that whoever caches by name is right to. */
function layoutName(shape: string, aliases: Readonly<Record<string, readonly string[]>>, spaces: boolean): string {
  const extras = Object.entries(aliases).map(([field, names]) => `${field}=${names.join("|")}`);
  return [shape, ...(spaces ? ["spaces"] : []), ...extras].join(";");
}
