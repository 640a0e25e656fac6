import type { WindowCondition } from "./condition.ts";
import { OrderedWindow } from "./ordered-window.ts";
import { SlidingWindow } from "./sliding-window.ts";
import type { OrderedState, SlidingState, Window, WindowSize, WindowState } from "./window.ts";

/** A window, empty or as it was when `state` was taken of one with the same condition. */
export function createWindow<Ref>(
  condition: WindowCondition,
  size: WindowSize<Ref>,
  state?: WindowState<Ref>,
): Window<Ref> {
  return condition.kind === "ordered"
    ? new OrderedWindow(condition.stages, size, state as OrderedState<Ref> | undefined)
    : new SlidingWindow(condition, size, state as SlidingState<Ref> | undefined);
}
