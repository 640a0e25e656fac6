import type { WindowCondition } from "./condition.ts";
import { createOrderedWindow } from "./ordered-window.ts";
import { createSlidingWindow } from "./sliding-window.ts";
import type { Window, WindowSize } from "./window.ts";

export function createWindow<Ref>(condition: WindowCondition, size: WindowSize): Window<Ref> {
  return condition.kind === "ordered"
    ? createOrderedWindow(condition.stages, size)
    : createSlidingWindow(condition, size);
}
