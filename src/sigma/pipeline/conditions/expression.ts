import type { Condition } from "./link.ts";

interface ReadExpression<T> {
  readonly condition: Condition<T>;
  readonly names: ReadonlySet<string>;
}

/** `a and not (b or c)` over named conditions; `not` binds tighter than `and`, `and` tighter than `or`. */
export function readExpression<T>(
  text: string,
  named: ReadonlyMap<string, Condition<T>>,
): ReadExpression<T> | { readonly reason: string } {
  const words = text.match(/[()]|[\w-]+|\S/g) ?? [];
  const names = new Set<string>();
  let at = 0;
  let depth = 0;
  let reason: string | undefined;
  const fail = (why: string): Condition<T> => {
    reason ??= why;
    at = words.length;
    return () => true;
  };

  function anyOf(): Condition<T> {
    let left = allOf();
    while (words[at] === "or") {
      at++;
      const [one, other] = [left, allOf()];
      left = (subject) => one(subject) || other(subject);
    }
    return left;
  }
  function allOf(): Condition<T> {
    let left = single();
    while (words[at] === "and") {
      at++;
      const [one, other] = [left, single()];
      left = (subject) => one(subject) && other(subject);
    }
    return left;
  }
  function single(): Condition<T> {
    if (++depth > 200) return fail("it is nested too deep");
    const word = words[at++];
    let read: Condition<T>;
    if (word === undefined) return fail("it ends too early");
    if (word === "not") {
      const one = single();
      read = (subject) => !one(subject);
    } else if (word === "(") {
      read = anyOf();
      if (words[at++] !== ")") return fail("a bracket is not closed");
    } else {
      const found = named.get(word);
      if (!found) return fail(`there is no condition '${word}'`);
      names.add(word);
      read = found;
    }
    depth--;
    return read;
  }

  const condition = anyOf();
  if (reason === undefined && at < words.length) fail(`'${words[at]}' is out of place`);
  return reason === undefined ? { condition, names } : { reason };
}
