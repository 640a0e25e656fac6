import type { Json } from "#sigma";

/** A body under construction. */
export type Fields = Record<string, Json>;

/** Sets a field whose name comes from a log: `__proto__` becomes a field like any other instead of a prototype. */
export function putField(fields: Fields, name: string, value: Json): void {
  if (name === "__proto__") {
    Object.defineProperty(fields, name, { value, enumerable: true, configurable: true, writable: true });
  } else fields[name] = value;
}

/** As `putField`, but a name that comes again keeps all its values, in a list. */
export function addField(fields: Fields, name: string, value: Json): void {
  if (!Object.hasOwn(fields, name)) return putField(fields, name, value);
  const before = fields[name]!;
  if (Array.isArray(before)) (before as Json[]).push(value);
  else putField(fields, name, [before, value]);
}
