import type { QueryParameters } from "#platform";

/** Values on their way into a query. They go beside its text, never into it. */
export class Parameters {
  readonly #values: Record<string, QueryParameters[string]> = {};
  #count = 0;
  #columns = 0;

  get values(): QueryParameters {
    return this.#values;
  }

  /** A name for a column that no other column of the query has. */
  newColumn(): string {
    this.#columns += 1;
    return `c${this.#columns}`;
  }

  text(value: string): string {
    return this.#add("String", value);
  }

  texts(values: readonly string[]): string {
    return this.#add("Array(String)", values);
  }

  number(value: number): string {
    return this.#add("Float64", value);
  }

  /** Milliseconds since 1970, as a time. */
  time(milliseconds: number): string {
    return `fromUnixTimestamp64Milli(${this.#add("Int64", Math.trunc(milliseconds))}, 'UTC')`;
  }

  whole(value: number): string {
    return this.#add("Int64", Math.trunc(value));
  }

  #add(type: string, value: QueryParameters[string]): string {
    const name = `q${this.#count}`;
    this.#count += 1;
    this.#values[name] = value;
    return `{${name}:${type}}`;
  }
}
