/** A thread that reads rules: thousands of files of YAML would hold up everything else for seconds. */
import { answerTasks } from "#platform";
import type { LoadedSets, LoadTask } from "./load-protocol.ts";
import { loadSets } from "./load-sets.ts";

await answerTasks<LoadTask, LoadedSets>(() => loadSets);
