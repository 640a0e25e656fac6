/** Which rooms there are, what each may use, and which are pure. `src/house.test.ts` gives the house's own. */
export interface FloorPlan {
  /** Room → the rooms whose faces it may import. Every room of `src/` has a line. */
  readonly mayUse: Readonly<Record<string, readonly string[]>>;
  /** Pure room → the packages that it may import. */
  readonly pure: Readonly<Record<string, readonly string[]>>;
  /** Rooms that people start rather than rooms that other rooms use: they may use `#house` and need no `index.ts`. */
  readonly doors: readonly string[];
}

/** The room that a file lies in; `undefined` for what stands outside of all rooms. */
export function roomOf(path: string): string | undefined {
  return /^src\/([^/]+)\//.exec(path)?.[1];
}

export function isTest(path: string): boolean {
  return /\.test\.tsx?$/.test(path) || path.includes("/testing/");
}

export function isCode(path: string): boolean {
  return /\.tsx?$/.test(path);
}
