import { bad, type Finding, look, ok } from "./finding.ts";
import { spellBytes } from "./spell-bytes.ts";

const GiB = 1024 ** 3;

/** `v24.21.0` */
export function judgeNode(version: string): Finding {
  const major = Number(/^v(\d+)/.exec(version)?.[1] ?? 0);
  if (major >= 24) return ok("node", `Node ${version} runs this.`);
  return bad("node", `Node ${version} runs this.`, "Meridian needs Node 24; ./meridian brings its own where it can.");
}

/** `limit` is what the machine, or the container, has in bytes; `events` what the engine of events may use, if it is here. */
export function judgeMemory(limit: number, events: number | undefined): Finding {
  const wanted = (events ?? 0) + 1.5 * GiB;
  const says = `${spellBytes(limit)} of memory; with these settings up to ${spellBytes(wanted)} are used.`;
  if (limit >= wanted) return ok("memory", says);
  return look("memory", says, "Give it more memory, or set eventsMemory lower.");
}

export function judgeRoom(free: number, total: number): Finding {
  const percent = Math.round((free / Math.max(1, total)) * 100);
  const says = `${spellBytes(free)} of ${spellBytes(total)} (${percent} %) are free where the data folder is.`;
  if (free < 2 * GiB || percent < 3)
    return bad("disk-room", says, "Make room now: when the disk is full, senders are refused.");
  if (percent < 15) return look("disk-room", says, "Make room, or shorten what is kept.");
  return ok("disk-room", says);
}

/** Milliseconds that each of some small writes took until they were on disk. */
export function judgeFsync(took: readonly number[]): Finding {
  const sorted = [...took].sort((a, b) => a - b);
  const median = sorted[sorted.length >> 1] ?? 0;
  const slowest = sorted.at(-1) ?? 0;
  const says = `A small write is on disk in ${spell(median)} ms (half of ${took.length} tries), in ${spell(slowest)} ms at the most.`;
  if (median <= 20) return ok("disk-speed", says);
  return look("disk-speed", says, "Every delivery waits for several such writes. A local SSD takes less than 5 ms.");
}

function spell(milliseconds: number): string {
  return milliseconds < 10 ? milliseconds.toFixed(1) : String(Math.round(milliseconds));
}

/** Types as statfs(2) tells them; those that matter. */
const fileSystems = new Map<number, { readonly name: string; readonly why: "network" | "memory" | "layer" }>([
  [0x6969, { name: "NFS", why: "network" }],
  [0xff534d42, { name: "CIFS", why: "network" }],
  [0xfe534d42, { name: "SMB2", why: "network" }],
  [0x01021997, { name: "9p", why: "network" }],
  [0x01021994, { name: "tmpfs", why: "memory" }],
  [0x858458f6, { name: "ramfs", why: "memory" }],
  [0x794c7630, { name: "overlayfs", why: "layer" }],
]);

export function judgeFileSystem(type: number): Finding {
  const found = fileSystems.get(type);
  if (!found) return ok("file-system", "The data folder is on a local file system.");
  const says = `The data folder is on ${found.name}.`;
  if (found.why === "memory")
    return bad("file-system", says, "All of it is gone at the next restart. Put it on a disk.");
  if (found.why === "network")
    return look("file-system", says, "Its locks and its fsync are worth what the server's are. Prefer a local disk.");
  return look("file-system", says, "It goes with the container. Mount a volume there.");
}

/** How many files a process may have open; undefined where the system does not say. */
export function judgeOpenFiles(most: number | undefined): Finding {
  if (most === undefined) return ok("open-files", "The system does not say how many files may be open.");
  const says = `A process may have ${most === Infinity ? "any number of" : most} files open.`;
  if (most >= 65_536) return ok("open-files", says);
  return look("open-files", says, "The engine of events opens many: set LimitNOFILE=65536, or ulimit -n 65536.");
}

/** Whether something keeps the clock; undefined where nothing on this machine says. */
export function judgeClock(kept: boolean | undefined, by: string): Finding {
  if (kept === true) return ok("clock", `The clock is kept by ${by}.`);
  if (kept === false)
    return bad(
      "clock",
      `The clock is not kept in time, says ${by}.`,
      "Start chrony or systemd-timesyncd: evidence is worth what its times are.",
    );
  return look(
    "clock",
    "Nothing here says whether the clock is kept in time.",
    "See to it that chrony, timesyncd or the host does it.",
  );
}

/** `zones` is how many time zones the program knows. */
export function judgeTimeZones(zones: number, zone: string): Finding {
  const says = `${zones} time zones are known; this machine's is ${zone}. Times are kept in UTC.`;
  if (zones >= 300) return ok("time-zones", says);
  return bad("time-zones", says, "This Node has no time zones: take one with full ICU.");
}

/** Milliseconds until a certificate ends. */
export function judgeCertificate(id: string, name: string, left: number): Finding {
  const days = Math.floor(left / 86_400_000);
  if (left <= 0) return bad(id, `${name} has ended, ${-days} days ago.`, "Put a new one in place and start again.");
  const says = `${name} is good for ${days} more days.`;
  return days < 21 ? look(id, says, "Put a new one in place in time.") : ok(id, says);
}

/** Milliseconds since the last backup that was made here; undefined where there was none. */
export function judgeBackup(age: number | undefined): Finding {
  const advice = "Run ./meridian backup FOLDER every day, onto another machine.";
  if (age === undefined) return look("backup", "No backup was made of this data folder yet.", advice);
  const hours = Math.max(0, Math.floor(age / 3_600_000));
  const says = `The last backup was made ${hours < 48 ? `${hours} hours` : `${Math.floor(hours / 24)} days`} ago.`;
  return hours >= 7 * 24 ? look("backup", says, advice) : ok("backup", says);
}
