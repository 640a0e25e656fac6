import type { Actor } from "#access";
import type { Route } from "#http";
import { finishErasure, RunningErasures } from "./erase.ts";
import { type Forgotten, forgetDue } from "./forget-due.ts";
import { keepingRoutes } from "./keeping-http.ts";
import type { KeepingParts } from "./keeping-parts.ts";
import { erasures } from "./keeping-store.ts";

/** Keeping and forgetting. Disposal waits for what it is doing. */
export interface Keeping extends AsyncDisposable {
  readonly routes: readonly Route<Actor>[];
  /** See `forgetDue`; and takes up erasures that a process left unfinished. For a job. */
  forget(signal: AbortSignal): Promise<readonly Forgotten[]>;
}

export function createKeeping(parts: KeepingParts, onFault: (error: unknown) => void): Keeping {
  const running = new RunningErasures(onFault);
  return {
    routes: keepingRoutes(parts, running),
    async forget(signal) {
      for (const { id, kind, subject, state } of await erasures(parts.read)) {
        if (state !== "running" || subject === null) continue;
        const rest = { kind, value: subject };
        running.run(id, (stop, progress) => finishErasure(parts, id, rest, stop, progress));
      }
      return forgetDue(parts, signal);
    },
    [Symbol.asyncDispose]: () => running[Symbol.asyncDispose](),
  };
}
