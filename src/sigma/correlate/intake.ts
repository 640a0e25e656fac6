import { boundedText, isKeptWhole } from "./bounded-text.ts";
import { combinationsOf, mostCombinations } from "./combinations.ts";
import type { CompiledCorrelation } from "./compile-correlations.ts";
import { refsKept } from "./contract.ts";
import type { Held, Observation } from "./observation.ts";
import type { StoredObservation } from "./snapshot.ts";

/** Takes from observations what may be kept of them, and counts what was too much. */
export class Intake {
  readonly #counts: { combinationsLeftOut: number; shortenedValues: number };

  constructor(counts: { combinationsLeftOut: number; shortenedValues: number }) {
    this.#counts = counts;
  }

  /** One bounded value of each field, in every way there is. */
  combine<Ref>(fields: readonly string[], observation: Observation<Ref>): readonly (readonly string[])[] {
    if (fields.length === 1) {
      const texts = observation.field(fields[0]!);
      if (texts.length === 1 && isKeptWhole(texts[0]!)) return [texts];
    }
    const { of, leftOut } = combinationsOf(fields.map((name) => observation.field(name)));
    this.#counts.combinationsLeftOut += leftOut;
    return of.every((one) => one.every(isKeptWhole)) ? of : of.map((one) => this.#kept(one));
  }

  hold<Ref>(correlation: CompiledCorrelation, observation: Observation<Ref>): Held<Ref> {
    const { rule, time, ref } = observation;
    const carried =
      correlation.carries.length === 0
        ? nothing
        : correlation.carries.map((name) => this.#kept(observation.field(name).slice(0, refsKept)));
    return { rule, time, ref, values: this.#valuesFor(correlation, observation), carried };
  }

  /** An observation that has to wait, as plain data: all that will be asked of it is `fields`. */
  store<Ref>({ rule, time, ref, field }: Observation<Ref>, fields: readonly string[]): StoredObservation<Ref> {
    return { rule, time, ref, fields: fields.map((name) => [name, this.#kept(field(name))] as const) };
  }

  #valuesFor<Ref>(
    { condition, valueFields }: CompiledCorrelation,
    observation: Observation<Ref>,
  ): readonly string[] | readonly number[] {
    if (condition.kind !== "figure" || condition.figure === "count") return nothing;
    if (condition.figure !== "distinct") return this.#numbersIn(valueFields.flatMap((name) => observation.field(name)));
    const [field] = valueFields;
    const texts = valueFields.length === 1 ? observation.field(field!) : nothing;
    if (texts.length === 1) return this.#kept(texts);
    return this.combine(valueFields, observation).map((one) => boundedText(keyOf(one)));
  }

  #numbersIn(texts: readonly string[]): number[] {
    const numbers: number[] = [];
    for (const text of texts) {
      const number = plainNumber.test(text) ? Number(text) : Number.NaN;
      if (!(Math.abs(number) <= 1e300)) continue;
      if (numbers.length < mostCombinations) numbers.push(number);
      else this.#counts.combinationsLeftOut++;
    }
    return numbers;
  }

  #kept(texts: readonly string[]): readonly string[] {
    for (const text of texts) if (!isKeptWhole(text)) this.#counts.shortenedValues++;
    return texts.map(boundedText);
  }
}

const nothing: readonly [] = [];

/** One text for several, which no others have. */
export function keyOf(values: readonly string[]): string {
  return values.length === 1 ? values[0]! : JSON.stringify(values);
}

/** As `gt` and its like read numbers, with the exponent that JSON's numbers may have. */
const plainNumber = /^-?\d{1,300}(?:\.\d+)?(?:e[+-]?\d+)?$/;

export function observationFrom<Ref>({ rule, time, ref, fields }: StoredObservation<Ref>): Observation<Ref> {
  const byName = new Map(fields);
  return { rule, time, ref, field: (name) => byName.get(name) ?? [] };
}
