/** A worker ended by itself: it ran out of memory, called `process.exit`, threw outside of a task. */
export class WorkerCrash extends Error {
  override readonly name = "WorkerCrash";
}
