import { answerTasks, Moving } from "../answer-tasks.ts";

export type TestTask =
  | { readonly does: "double"; readonly number: number }
  | { readonly does: "throw"; readonly message: string }
  | { readonly does: "exit" | "spin" | "hoard" | "data" | "unclonable" }
  | { readonly does: "reverse"; readonly bytes: Uint8Array<ArrayBuffer> };

await answerTasks<TestTask, unknown, { readonly broken?: boolean }>((data) => {
  if (data?.broken) throw new Error("cannot start");
  return (task) => {
    if (task.does === "double") return task.number * 2;
    if (task.does === "throw") throw new RangeError(task.message);
    if (task.does === "exit") process.exit(3);
    if (task.does === "data") return data;
    if (task.does === "unclonable") throw Object.assign(new Error("with a function"), { call: () => 1 });
    if (task.does === "reverse") return new Moving(task.bytes.toReversed(), []);
    const hoard: unknown[] = [];
    while (true) if (task.does === "hoard") hoard.push(Array.from({ length: 10_000 }, () => ({ a: 1 })));
  };
});
