import type { ConditionNode, ConditionProblem } from "./parse-condition.ts";

/** How a condition's names become an expression of some kind: a plan, or an expression over rules. */
export interface Resolver<T> {
  /** Every name that patterns choose from, in order. */
  readonly names: readonly string[];
  one(name: string): T;
  and(of: readonly T[]): T;
  or(of: readonly T[]): T;
  not(of: T): T;
}

export type ResolveResult<T> =
  | { readonly ok: true; readonly value: T; readonly used: ReadonlySet<string> }
  | { readonly ok: false; readonly problem: ConditionProblem };

export function resolveCondition<T>(root: ConditionNode, resolver: Resolver<T>): ResolveResult<T> {
  const known = new Set(resolver.names);
  const used = new Set<string>();
  let problem: ConditionProblem | undefined;

  function resolve(node: ConditionNode): T {
    switch (node.kind) {
      case "and":
        return resolver.and(node.of.map(resolve));
      case "or":
        return resolver.or(node.of.map(resolve));
      case "not":
        return resolver.not(resolve(node.of));
      case "name": {
        if (known.has(node.name)) return use(node.name);
        problem ??= unknownName(node.name, node.at, resolver.names);
        return resolver.or([]);
      }
      case "some":
      case "every": {
        const chosen = namesOf(node.pattern, resolver.names);
        if (chosen.length === 0) problem ??= nothingChosen(node.pattern, node.at, resolver.names);
        const parts = chosen.map(use);
        return node.kind === "some" ? resolver.or(parts) : resolver.and(parts);
      }
    }
  }

  function use(name: string): T {
    used.add(name);
    return resolver.one(name);
  }

  const value = resolve(root);
  return problem ? { ok: false, problem } : { ok: true, value, used };
}

/** `them`, or a name with `*` for any run of characters at any place. */
export function namesOf(pattern: string, names: readonly string[]): readonly string[] {
  if (pattern.toLowerCase() === "them") return names.filter((name) => !name.startsWith("_"));
  if (!pattern.includes("*")) return names.filter((name) => name === pattern);
  const [first = "", ...pieces] = pattern.split("*");
  const last = pieces.pop() ?? "";
  return names.filter((name) => {
    if (name.length < first.length + last.length || !name.startsWith(first) || !name.endsWith(last)) return false;
    let at = first.length;
    for (const piece of pieces) {
      const found = name.indexOf(piece, at);
      if (found === -1 || found + piece.length > name.length - last.length) return false;
      at = found + piece.length;
    }
    return true;
  });
}

function unknownName(name: string, at: number, names: readonly string[]): ConditionProblem {
  const other = names.find((one) => one.toLowerCase() === name.toLowerCase());
  return {
    at,
    code: "condition-unknown-name",
    message: `The condition names '${name}', which is not defined.`,
    advice: other
      ? `Did you mean '${other}'? Case counts.`
      : `Define it, or use one of: ${names.join(", ") || "(none)"}.`,
  };
}

function nothingChosen(pattern: string, at: number, names: readonly string[]): ConditionProblem {
  return {
    at,
    code: "condition-no-match",
    message: `'of ${pattern}' chooses nothing.`,
    advice: `Rename the selections or the pattern; there are: ${names.join(", ") || "(none)"}.`,
  };
}
