/** Who builds on whom. */
export interface Uses<T> {
  readonly uses: ReadonlyMap<T, ReadonlySet<T>>;
  readonly usedBy: ReadonlyMap<T, ReadonlySet<T>>;
}

export function usesOf<T>(nodes: readonly T[], used: (node: T) => Iterable<T>): Uses<T> {
  const uses = new Map(nodes.map((node) => [node, new Set(used(node))]));
  const usedBy = new Map(nodes.map((node) => [node, new Set<T>()]));
  for (const [node, targets] of uses) for (const target of targets) usedBy.get(target)?.add(node);
  return { uses, usedBy };
}

/** The nodes that lie in a circle, or on a way from one circle to another. Linear in nodes and uses. */
export function inCircles<T>({ uses, usedBy }: Uses<T>): ReadonlySet<T> {
  const left = new Set(uses.keys());
  trim(left, uses, usedBy);
  trim(left, usedBy, uses);
  return left;
}

/** Takes away what leads nowhere inside of the set, until everything leads on. */
function trim<T>(left: Set<T>, onward: ReadonlyMap<T, ReadonlySet<T>>, backward: ReadonlyMap<T, ReadonlySet<T>>): void {
  const ways = new Map([...left].map((node) => [node, [...onward.get(node)!].filter((one) => left.has(one)).length]));
  const open = [...left].filter((node) => ways.get(node) === 0);
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    left.delete(node);
    for (const before of backward.get(node)!) {
      if (!left.has(before)) continue;
      const count = ways.get(before)! - 1;
      ways.set(before, count);
      if (count === 0) open.push(before);
    }
  }
}
