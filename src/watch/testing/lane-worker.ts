/** A lane that does what the letters of a delivery say, one record each: `.` is read, `x` ends the thread, `r` ends it while reading. */
import { answerTasks } from "#platform";
import { type DeliveryAnswer, type LaneAnswer, type LaneTask, place } from "../spine/lane-protocol.ts";

const emptyBatch = () => ({
  rows: new Uint8Array(0),
  ends: new Uint32Array(0),
  uids: new Uint8Array(0),
  times: new Float64Array(0),
});

await answerTasks<LaneTask, LaneAnswer>(() => (task) => {
  const at = new Int32Array(task.place);
  at[place.begun] = 1;
  const deliveries = task.deliveries.map(({ bytes, skip }): DeliveryAnswer => {
    const lost: DeliveryAnswer["lost"][number][] = [];
    let rows = 0;
    [...Buffer.from(bytes).toString("latin1")].forEach((letter, index) => {
      at[place.atRecord] = 0;
      if (letter === "r") process.exit(3);
      if (skip.includes(index)) {
        lost.push({ index, offset: index, length: 1, code: "ends-a-lane", message: "", format: "test" });
        return;
      }
      at[place.record] = index;
      at[place.atRecord] = 1;
      if (letter === "x") process.exit(3);
      if (letter === "t") throw new Error("thrown");
      rows++;
    });
    return { rows, lost, found: [] };
  });
  return { batch: emptyBatch(), deliveries, cpu: 0 };
});
