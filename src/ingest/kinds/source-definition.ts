import { z } from "zod";

/**
 * A file of `content/sources`: what a source's records look like and which log source each of them is.
 *
 * Paths are written with dots (`Event.System.Channel`); a key that itself holds dots is written as a list of steps
 * (`["id.orig_h"]`). `*` stands for every key of an object.
 */
const step = z
  .string()
  .min(1)
  .refine((name) => !(name in Object.prototype), "every object inherits this name");
const dotted = z
  .string()
  .transform((text) => text.split("."))
  .pipe(z.array(step));
const path = z.union([dotted, z.array(step).min(1)]);
/** One path written with dots, or a list of paths. */
const paths = z.union([dotted.transform((one) => [one]), z.array(path)]);
const words = z.union([z.string().transform((one) => [one]), z.array(z.string())]);
const texts = z.union([scalar().transform((one) => [one]), z.array(scalar())]);

function scalar() {
  return z.union([z.string(), z.number(), z.boolean()]).transform(String);
}

/** One way of writing a source's records down, as some exporter does it. */
const shape = z.strictObject({
  name: z.string().min(1),
  about: z.string().optional(),
  /** Formats (contract.ts) that this shape occurs in; any when left out. */
  formats: z.array(z.string()).optional(),
  /** Paths that must hold something other than null. */
  has: z.array(path).default([]),
  /** Paths that must hold nothing. */
  lacks: z.array(path).default([]),
  /** Path → texts, one of which the value there must be (case ignored). */
  is: z.record(z.string(), texts).default({}),
  /** Path → texts, one of which the value there must begin with (case ignored). */
  starts: z.record(z.string(), texts).default({}),
  /** Path → texts, one of which the value there must contain (case ignored). */
  contains: z.record(z.string(), texts).default({}),
  /** Path → regular expression that the value there must match (its first 2,048 characters). */
  matches: z.record(z.string(), z.string()).default({}),
  /** Names for `by`: where this shape keeps what the cases ask for; `capture` takes it out of a longer text. */
  keys: z
    .record(
      z.string(),
      z.union([
        z.strictObject({ path: dotted, capture: z.string() }).transform((one) => [one]),
        paths.transform((all) => all.map((one) => ({ path: one, capture: undefined }))),
      ]),
    )
    .default({}),
  /** Objects in which a rule's field is looked for, in order; "." is the record itself. */
  under: z.array(z.string()).default(["."]),
  /** Words that records put before a field's name with a dot, as one key: `winlog.event_data.Image`. */
  dotted: z.array(z.string()).default([]),
  /** Fields that lie elsewhere: name as rules write it → places, best first. */
  fields: z.record(z.string(), paths).default({}),
  /** Whether `Threat Name` in the record answers a rule's `ThreatName` and `Threat_Name`. */
  spaces: z.boolean().default(false),
  /** `date + time` joins two texts. */
  time: z
    .array(
      z.union([
        z.string().transform((text) => text.split(" + ").map((one) => one.split("."))),
        path.transform((one) => [one]),
      ]),
    )
    .default([]),
  host: paths.default([]),
  user: paths.default([]),
  /** A named unfolding (unfold.ts). */
  unfold: z.string().optional(),
  pipelines: z.array(z.string()).default([]),
  /** What this shape alone says of its records, instead of the source's own words. */
  product: words.optional(),
  category: words.optional(),
  service: words.optional(),
});

/** What is known of a record, refined case by case. What a case leaves out it inherits; pipelines add up. */
export interface CaseDefinition {
  name?: string | undefined;
  product?: string[] | undefined;
  category?: string[] | undefined;
  service?: string[] | undefined;
  pipelines?: string[] | undefined;
  /** Fields that lie elsewhere in these records, below the shape's own `under`. */
  aliases?: Record<string, string[]> | undefined;
  spaces?: boolean | undefined;
  unfold?: string | undefined;
  by?: string | undefined;
  /** Value (several: `17 | 18`) → what is known then. */
  cases?: Record<string, CaseDefinition> | undefined;
}

const knowledge = {
  name: z.string().optional(),
  product: words.optional(),
  category: words.optional(),
  service: words.optional(),
  pipelines: z.array(z.string()).optional(),
  aliases: z.record(z.string(), words).optional(),
  spaces: z.boolean().optional(),
  unfold: z.string().optional(),
  by: z.string().optional(),
};
const caseDefinition: z.ZodType<CaseDefinition> = z.lazy(() =>
  z.strictObject({ ...knowledge, cases: z.record(z.string(), caseDefinition).optional() }),
);

export const sourceDefinition = z.strictObject({
  source: z.string().min(1),
  about: z.string().min(1),
  /** Where the source's format is described. */
  reference: z.string().optional(),
  /** Sources are tried in the order of their ranks, lowest first; look-alikes need one. */
  rank: z.number().default(50),
  ...knowledge,
  cases: z.record(z.string(), caseDefinition).optional(),
  shapes: z.array(shape).min(1),
});

export type ShapeDefinition = z.output<typeof shape>;
export type SourceDefinition = z.output<typeof sourceDefinition>;
