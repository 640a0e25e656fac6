/** A binary min-heap; entries of equal key come out in the order in which they went in. */
export interface Heap<T> {
  readonly size: number;
  push(entry: T): void;
  peek(): T | undefined;
  pop(): T | undefined;
}

export function createHeap<T>(keyOf: (entry: T) => number): Heap<T> {
  const entries: { readonly key: number; readonly turn: number; readonly entry: T }[] = [];
  let turns = 0;

  const before = (a: number, b: number) => {
    const left = entries[a]!;
    const right = entries[b]!;
    return left.key < right.key || (left.key === right.key && left.turn < right.turn);
  };
  const swap = (a: number, b: number) => {
    [entries[a], entries[b]] = [entries[b]!, entries[a]!];
  };

  return {
    get size() {
      return entries.length;
    },
    push(entry) {
      entries.push({ key: keyOf(entry), turn: turns++, entry });
      for (let at = entries.length - 1; at > 0;) {
        const parent = (at - 1) >> 1;
        if (!before(at, parent)) break;
        swap(at, parent);
        at = parent;
      }
    },
    peek: () => entries[0]?.entry,
    pop() {
      const top = entries[0]?.entry;
      const last = entries.pop();
      if (last && entries.length > 0) {
        entries[0] = last;
        for (let at = 0; ;) {
          let least = at;
          for (const child of [2 * at + 1, 2 * at + 2]) {
            if (child < entries.length && before(child, least)) least = child;
          }
          if (least === at) break;
          swap(at, least);
          at = least;
        }
      }
      return top;
    },
  };
}
