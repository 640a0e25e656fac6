/** A condition in SQL whose values are parameters: text from outside never becomes part of it. */
export interface Condition {
  readonly sql: string;
  readonly parameters: Readonly<Record<string, string | number>>;
}

export const never: Condition = { sql: "false", parameters: {} };

/** Either of them; none holds for no row. */
export function anyOf(conditions: readonly Condition[]): Condition {
  if (conditions.length === 0) return never;
  return joined(conditions, "or");
}

export function allOf(conditions: readonly Condition[]): Condition {
  return joined(conditions, "and");
}

export function not({ sql, parameters }: Condition): Condition {
  return { sql: `not (${sql})`, parameters };
}

function joined(conditions: readonly Condition[], word: "and" | "or"): Condition {
  return {
    sql: conditions.map(({ sql }) => `(${sql})`).join(` ${word} `),
    parameters: Object.assign({}, ...conditions.map(({ parameters }) => parameters)) as Condition["parameters"],
  };
}
