/**
 * Whether a path may be made below the folder that is being restored: relative, and no word of it means another place.
 * Nor does it hold what a line of SHA256SUMS could not.
 */
export function isEntryPath(path: string): boolean {
  if (path.length > 1_000 || /[\0\n\r\\]/.test(path)) return false;
  return path.split("/").every((word) => word !== "" && word !== "." && word !== "..");
}

/**
 * Whether a symbolic link at `path` with that target points to somewhere below the same folder, and not at the folder itself.
 * What goes up does so first: behind a word, `..` would leave whatever place that word's own link leads to.
 */
export function staysBelow(path: string, target: string): boolean {
  if (target === "" || target.startsWith("/") || /[\0\n\r\\]/.test(target) || target.length > 1_000) return false;
  const at = path.split("/").slice(0, -1);
  let goesDown = false;
  for (const word of target.split("/")) {
    if (word === "" || word === ".") continue;
    if (word !== "..") {
      at.push(word);
      goesDown = true;
    } else if (goesDown || at.pop() === undefined) return false;
  }
  return at.length > 0;
}
