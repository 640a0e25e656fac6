import type { Params } from "../params.ts";
import type { Work } from "../step.ts";
import { compare } from "./compare.ts";
import type { Condition } from "./link.ts";

/** `processing_state`: what an earlier `set_state` left behind. Without it the condition does not hold. */
export function readStateCondition(params: Params): Condition<Work> | undefined {
  const key = params.needText("key");
  const wanted = params.scalar("val");
  const op = params.choice("op", ["eq", "ne", "gte", "gt", "lte", "lt"]);
  if (key === undefined || wanted === undefined) return undefined;
  return ({ state }) => {
    const has = state.get(key);
    if (has === undefined || has === null || wanted === null) return has === wanted && op === "eq";
    return compare(has, wanted, op);
  };
}
