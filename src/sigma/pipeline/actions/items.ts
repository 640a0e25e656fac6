import { mapItems } from "../detection-item.ts";
import type { Params } from "../params.ts";
import type { Action } from "../step.ts";

/** Transformations of whole detection items. */
export function readItemAction(
  params: Params,
  type: "drop_detection_item" | "detection_item_failure",
): Action | undefined {
  if (type === "drop_detection_item") return drop;
  const message = params.needText("message");
  if (message === undefined) return undefined;
  return (work, step) => {
    let isHit = false;
    mapItems(work.node, (item) => {
      isHit ||= step.holdsForItem(work, item);
      return item;
    });
    return isHit ? message : undefined;
  };
}

/** A rule of which nothing is left would match every event: it is refused. */
const drop: Action = (work, step) => {
  const node = mapItems(work.node, (item) => (step.holdsForItem(work, item) ? undefined : item));
  if (!node) return "drop_detection_item left nothing of the rule";
  work.node = node;
  return undefined;
};
