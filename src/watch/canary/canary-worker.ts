/** A thread in which rules are asked of their examples; it ends when all of them were. */
import { answerTasks } from "#platform";
import type { CanaryResult, CanarySetup, CanaryTask } from "./canary-protocol.ts";
import { createCanaryWork } from "./canary-work.ts";

await answerTasks<CanaryTask, CanaryResult[], CanarySetup>(createCanaryWork);
