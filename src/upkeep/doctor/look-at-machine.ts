import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { access, constants, open, readFile, rm, statfs } from "node:fs/promises";
import { totalmem } from "node:os";
import { dirname, join, resolve } from "node:path";
import process from "node:process";
import type { Finding } from "../core/finding.ts";
import * as judge from "../core/judge-machine.ts";

/** What can be said without any settings. */
export async function lookAtMachine(): Promise<Finding[]> {
  const { kept, by } = await clockKeeper();
  return [
    judge.judgeNode(process.version),
    judge.judgeOpenFiles(await mostOpenFiles()),
    judge.judgeClock(kept, by),
    judge.judgeTimeZones(
      Intl.supportedValuesOf("timeZone").length,
      new Intl.DateTimeFormat().resolvedOptions().timeZone,
    ),
  ];
}

/** `events` as judgeMemory takes it. */
export async function lookAtMemory(events: number | undefined): Promise<Finding> {
  const limits = await Promise.all(
    ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"].map(readNumber),
  );
  return judge.judgeMemory(Math.min(totalmem(), ...limits.filter((limit) => limit !== undefined)), events);
}

/** The disk where a folder is, or is to be. Writes a small file there and takes it away, where it may. */
export async function lookAtDisk(folder: string): Promise<Finding[]> {
  const place = await nearest(folder);
  const { type, bavail, blocks, bsize } = await statfs(place);
  const findings = [judge.judgeRoom(bavail * bsize, blocks * bsize), judge.judgeFileSystem(type)];
  const took = await timeWrites(place);
  return took ? [...findings, judge.judgeFsync(took)] : findings;
}

/** The folder, or the nearest one above it that is there. */
export async function nearest(folder: string): Promise<string> {
  const path = resolve(folder);
  try {
    await access(path);
    return path;
  } catch {
    return path === dirname(path) ? path : nearest(dirname(path));
  }
}

const tries = 15;

async function timeWrites(folder: string): Promise<number[] | undefined> {
  const path = join(folder, `.doctor-${randomBytes(6).toString("hex")}`);
  try {
    await access(folder, constants.W_OK);
    await using file = await open(path, "wx", 0o600);
    const took: number[] = [];
    for (let n = 0; n < tries; n += 1) {
      const began = performance.now();
      await file.write(Buffer.alloc(4_096, n));
      await file.sync();
      took.push(performance.now() - began);
    }
    return took;
  } catch {
    // Said by others: the folder's rights, its room.
    return undefined;
  } finally {
    await rm(path, { force: true }).catch(() => undefined);
  }
}

async function mostOpenFiles(): Promise<number | undefined> {
  const text = await readFile("/proc/self/limits", "utf8").catch(() => "");
  // The hard limit: Node raises its own to it.
  const [, most] = /^Max open files\s+\S+\s+(\d+|unlimited)/m.exec(text) ?? [];
  return most === undefined ? undefined : most === "unlimited" ? Infinity : Number(most);
}

async function clockKeeper(): Promise<{ readonly kept: boolean | undefined; readonly by: string }> {
  const said = await ask("timedatectl", ["show", "--property=NTPSynchronized"]);
  const [, answer] = /^NTPSynchronized=(yes|no)/m.exec(said ?? "") ?? [];
  if (answer !== undefined) return { kept: answer === "yes", by: "systemd (timedatectl)" };
  const tracking = await ask("chronyc", ["-n", "tracking"]);
  const [, leap] = /^Leap status\s*:\s*(.+)$/m.exec(tracking ?? "") ?? [];
  return { kept: leap === undefined ? undefined : !/Not synchronised/i.test(leap), by: "chrony" };
}

function ask(program: string, args: readonly string[]): Promise<string | undefined> {
  return new Promise((settle) => {
    execFile(program, args, { timeout: 3_000, encoding: "utf8" }, (error, out) => settle(error ? undefined : out));
  });
}

async function readNumber(path: string): Promise<number | undefined> {
  const text = (await readFile(path, "utf8").catch(() => "")).trim();
  return /^\d+$/.test(text) ? Number(text) : undefined;
}
