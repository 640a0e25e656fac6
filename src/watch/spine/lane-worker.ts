/** A lane's thread: one of a pool, whose rules are those it was started with. */
import { answerTasks, Moving } from "#platform";
import type { RuleSet } from "#sigma";
import type { LaneAnswer, LaneSetup, LaneTask } from "./lane-protocol.ts";
import { createLaneWork } from "./lane-work.ts";

await answerTasks<LaneTask, LaneAnswer, LaneSetup>(({ ruleSet, limits }) => {
  const lane = createLaneWork(JSON.parse(Buffer.from(ruleSet).toString("utf8")) as RuleSet, limits);
  return async (task) => {
    const answer = await lane.work(task);
    const { rows, ends, uids, times } = answer.batch;
    return new Moving(answer, [rows.buffer, ends.buffer, uids.buffer, times.buffer]);
  };
});
