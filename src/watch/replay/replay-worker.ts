/** A replay's thread: it has the rules of one replay, and ends with it. */
import { answerTasks } from "#platform";
import type { ReplayAnswer, ReplaySetup, ReplayTask } from "./replay-protocol.ts";
import { createReplayWork } from "./replay-work.ts";

await answerTasks<ReplayTask, ReplayAnswer, ReplaySetup>((setup) => createReplayWork(setup));
