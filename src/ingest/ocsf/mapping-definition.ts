import { z } from "zod";
import { classNames } from "./classes.ts";

/**
 * A file of `content/ocsf`: which of a source's records are which OCSF class, and where each attribute's value lies. A
 * source may have several files; they are taken together, in the order of their names.
 *
 * Fields are named as Sigma rules name them and found through the kind's layout, so that one mapping serves every
 * exporter's shape. `Image, NewProcessName | file` takes the first field that holds something and converts it.
 */
const scalar = z.union([z.string(), z.number(), z.boolean()]);
const texts = z.union([scalar.transform((one) => [String(one)]), z.array(scalar.transform(String))]);

/** A field to take the value from, a value that is always the same, or a field whose values stand for others. */
const attribute = z.union([
  z.string().min(1),
  z.strictObject({ value: z.union([scalar, z.array(scalar)]) }),
  z.strictObject({
    from: z.string().min(1),
    /** Value of the field (case ignored) → value of the attribute. */
    map: z.record(z.string(), scalar),
    /** When the field has a value that `map` doesn't name; nothing is set when this is left out. */
    otherwise: scalar.optional(),
  }),
]);
const attributes = z.record(z.string(), attribute);

const mapping = z.strictObject({
  /** Sigma's log source, as the kind is known by: each that is named must be one that the kind answers to. */
  logsource: z
    .strictObject({
      product: z.string().optional(),
      service: z.string().optional(),
      category: z.string().optional(),
    })
    .default({}),
  /** Field → texts, one of which it must hold (case ignored). */
  where: z.record(z.string(), texts).default({}),
  class: z.enum(classNames),
  /** OCSF's caption of the activity; or a field whose values stand for captions. */
  activity: z.union([z.string(), z.strictObject({ from: z.string(), map: z.record(z.string(), z.string()) })]),
  attributes: attributes.default({}),
});

export const mappingFile = z.strictObject({
  about: z.string().min(1),
  /** Where the source's fields are described. */
  reference: z.string().optional(),
  /** Which of `content/sources` the file speaks of, by their names. */
  source: z.union([z.string().transform((one) => [one]), z.array(z.string())]),
  product: z.strictObject({ name: z.string(), vendor_name: z.string() }),
  /** Attributes of every event of these kinds, mapped or not. */
  common: attributes.default({}),
  /** The first that fits applies; a record that none fits becomes a base event. */
  events: z.array(mapping),
});

export type AttributeDefinition = z.output<typeof attribute>;
export type EventMapping = z.output<typeof mapping>;
export type MappingFile = z.output<typeof mappingFile>;
