import { readdirSync, readFileSync } from "node:fs";

/** Clock ticks a second, as Linux tells processor time to programs. */
const ticks = 100;

/** Seconds of processor time that a process has taken, by the names of its threads; its first thread is `main`. */
export function processorTime(pid: number): Record<string, number> {
  const seconds: Record<string, number> = {};
  for (const task of readdirSync(`/proc/${pid}/task`)) {
    try {
      const stat = readFileSync(`/proc/${pid}/task/${task}/stat`, "latin1");
      const name = Number(task) === pid ? "main" : stat.slice(stat.indexOf("(") + 1, stat.lastIndexOf(")"));
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      seconds[name] = (seconds[name] ?? 0) + (Number(fields[11]) + Number(fields[12])) / ticks;
    } catch {
      // A thread that has just ended is counted with its process below.
    }
  }
  const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  seconds["all"] = (Number(fields[11]) + Number(fields[12])) / ticks;
  return seconds;
}

/** MiB that a process holds now, and the most that it has held. */
export function memory(pid: number): { readonly now: number; readonly peak: number } {
  const status = readFileSync(`/proc/${pid}/status`, "latin1");
  const of = (name: string) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1] ?? 0) / 1024;
  return { now: of("VmRSS"), peak: of("VmHWM") };
}
