import { AbsenceWindow } from "./absence-window.ts";
import type { WindowCondition } from "./condition.ts";
import { OrderedWindow } from "./ordered-window.ts";
import { SlidingWindow } from "./sliding-window.ts";
import type { AbsenceState, OrderedState, SlidingState, Window, WindowSize, WindowState } from "./window.ts";

/** A window, empty or as it was when `state` was taken of one with the same condition. */
export function createWindow<Ref>(
  condition: WindowCondition,
  size: WindowSize<Ref>,
  state?: WindowState<Ref>,
): Window<Ref> {
  switch (condition.kind) {
    case "ordered":
      return new OrderedWindow(condition, size, state as OrderedState<Ref> | undefined);
    case "absence":
      return new AbsenceWindow(condition, size, state as AbsenceState<Ref> | undefined);
    case "figure":
    case "rules":
      return new SlidingWindow(condition, size, state as SlidingState<Ref> | undefined);
  }
}
