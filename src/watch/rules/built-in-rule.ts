import { defaultWindow } from "../core/alert-settings.ts";
import type { ListedRule } from "./load-protocol.ts";

/** A rule that the program brings itself, as lists of rules show it: it may be excepted from and suppressed as others. */
export function builtInRule(
  said: Pick<ListedRule, "id" | "title" | "level" | "description"> & Partial<ListedRule>,
): ListedRule {
  return {
    set: "",
    type: "detection",
    status: "",
    tags: [],
    author: "Meridian",
    logsource: "*/*/*",
    file: "",
    line: 0,
    state: "on",
    why: "",
    window: defaultWindow,
    falsepositives: [],
    references: [],
    ...said,
  };
}
