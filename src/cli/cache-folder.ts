import { homedir } from "node:os";
import { join } from "node:path";

/** Where a start leaves what the next one can skip: rules already read, code already compiled. Safe to delete. */
export function cacheFolder(): string {
  const { MERIDIAN_CACHE, XDG_CACHE_HOME } = process.env;
  return MERIDIAN_CACHE ?? join(XDG_CACHE_HOME ?? join(homedir(), ".cache"), "meridian");
}
