import type { Json, JsonObject } from "#sigma";

type Fields = Record<string, Json>;

/** Sets a field by any name: plain assignment to `__proto__` would set the object's prototype instead. */
function set(fields: Fields, name: string, value: Json): void {
  if (name === "__proto__") {
    Object.defineProperty(fields, name, { value, enumerable: true, configurable: true, writable: true });
  } else {
    fields[name] = value;
  }
}

/**
 * One element's attributes and children as a JSON object, named as evtx_dump names them: attributes under
 * `#attributes`, its own text under `#text`, a second child of the same name as `Name_1`. In `EventData` and `UserData`,
 * `Data` elements are fields by their `Name`; those without one go together under `Data.#text`.
 */
export class ElementFields {
  readonly #fields: Fields = {};
  readonly #holdsData: boolean;
  #unnamed: Json[] | undefined;
  #repeats: Map<string, number> | undefined;

  constructor(attributes: JsonObject | undefined, holdsData: boolean) {
    if (attributes !== undefined) this.#fields["#attributes"] = attributes;
    this.#holdsData = holdsData;
  }

  /** Whether a child of this name is a field by its `Name` attribute. */
  takesData(name: string): boolean {
    return this.#holdsData && name === "Data";
  }

  add(name: string, value: Json): void {
    if (!Object.hasOwn(this.#fields, name)) return set(this.#fields, name, value);
    this.#repeats ??= new Map();
    let count = this.#repeats.get(name) ?? 0;
    do count++;
    while (Object.hasOwn(this.#fields, `${name}_${count}`));
    this.#repeats.set(name, count);
    this.#fields[`${name}_${count}`] = value;
  }

  /** A `Data` element. Several of one name become a list, so that none hides another. */
  addData(name: string | undefined, value: Json): void {
    if (name === undefined) {
      (this.#unnamed ??= []).push(value);
    } else if (!Object.hasOwn(this.#fields, name)) {
      set(this.#fields, name, value);
    } else {
      const first = this.#fields[name] as Json;
      if (Array.isArray(first)) (first as Json[]).push(value);
      else set(this.#fields, name, [first, value]);
    }
  }

  /** The object, with the element's own text if it had any. */
  finish(text: Json | undefined): JsonObject {
    if (text !== undefined) this.add("#text", text);
    if (this.#unnamed !== undefined)
      this.addData("Data", { "#text": this.#unnamed.length === 1 ? this.#unnamed[0]! : this.#unnamed });
    return this.#fields;
  }
}

/** Attributes as a JSON object; nothing when all are empty. */
export function attributeFields(
  names: readonly string[],
  values: readonly (Json | undefined)[],
): JsonObject | undefined {
  let fields: Fields | undefined;
  for (let index = 0; index < names.length; index++) {
    const value = values[index];
    if (value !== undefined) set((fields ??= {}), names[index]!, value);
  }
  return fields;
}
