import type { DeadLetter, FindingRow, FindingsReading, LakeBatch, LakeStore, Stored } from "#lake";

/** A lake in memory that keeps what is stored, once, and fails where a test says so. */
export interface MemoryLake extends LakeStore, FindingsReading {
  readonly events: Map<string, string>;
  readonly stored: Map<string, FindingRow>;
  readonly letters: Map<string, DeadLetter>;
  /** Asked before and after each write; what it throws is thrown. */
  fail: (step: "events" | "findings" | "letters", when: "before" | "after") => void;
}

export function memoryLake(): MemoryLake {
  const events = new Map<string, string>();
  const stored = new Map<string, FindingRow>();
  const letters = new Map<string, DeadLetter>();
  const day = 86_400_000;
  const lake: MemoryLake = {
    events,
    stored,
    letters,
    fail: () => {},
    async store({ rows, ends, uids }: LakeBatch): Promise<Stored> {
      lake.fail("events", "before");
      const fresh = new Uint8Array(ends.length);
      for (let row = 0; row < ends.length; row++) {
        const uid = Buffer.from(uids.subarray(row * 16, row * 16 + 16)).toString("hex");
        if (events.has(uid)) continue;
        fresh[row] = 1;
        events.set(uid, Buffer.from(rows.subarray(row === 0 ? 0 : ends[row - 1]!, ends[row])).toString("utf8"));
      }
      lake.fail("events", "after");
      return { fresh };
    },
    async storeFindings(rows) {
      lake.fail("findings", "before");
      const fresh = Uint8Array.from(rows, ({ id }) => (stored.has(id) ? 0 : 1));
      rows.forEach((row, at) => {
        if (stored.has(row.id)) fresh[at] = 0;
        else stored.set(row.id, row);
      });
      lake.fail("findings", "after");
      return { fresh };
    },
    async keepDeadLetters(all) {
      lake.fail("letters", "before");
      const fresh = Uint8Array.from(all, (letter) => {
        const key = JSON.stringify([
          letter.source,
          letter.delivery,
          letter.index,
          Buffer.from(letter.bytes).toString("hex"),
        ]);
        const is = letters.has(key) ? 0 : 1;
        letters.set(key, letter);
        return is;
      });
      lake.fail("letters", "after");
      return { fresh };
    },
    async *receivedSince(received) {
      yield [...stored.values()].filter((row) => row.received >= received);
    },
    async *since(time) {
      yield [...stored.values()].filter((row) => row.time >= time).sort((a, b) => a.time - b.time);
    },
    async *ofAlerts(alerts) {
      yield [...stored.values()].filter(({ alert }) => alerts.includes(alert));
    },
    async *byIds(ids) {
      yield ids.flatMap((id) => stored.get(id) ?? []);
    },
    async idsReceivedSince(received, rules) {
      const rows = [...stored.values()].filter((row) => row.received >= received && rules.includes(row.rule));
      return rows.map(({ id }) => id);
    },
    async countsOf(alerts) {
      const rows = [...stored.values()].filter(({ alert }) => alerts.includes(alert));
      return [...Map.groupBy(rows, ({ alert }) => alert)].map(([alert, of]) => ({
        alert,
        findings: of.length,
        first: Math.min(...of.map(({ time }) => time)),
        last: Math.max(...of.map(({ time }) => time)),
      }));
    },
    async hits(now) {
      const rows = [...stored.values()].filter(({ time }) => time > now - 7 * day);
      return [...Map.groupBy(rows, ({ rule }) => rule)].map(([rule, of]) => ({
        rule,
        day: of.filter(({ time }) => time > now - day).length,
        week: of.length,
        last: Math.max(...of.map(({ time }) => time)),
      }));
    },
    async hitsByDay(rule, since) {
      const rows = [...stored.values()].filter((row) => row.rule === rule && row.time >= since);
      return [...Map.groupBy(rows, ({ time }) => Math.floor(time / day) * day)].map(([at, of]) => ({
        day: at,
        hits: of.length,
        muted: of.filter(({ muted }) => muted !== "").length,
        hosts: new Set(of.map(({ host }) => host)).size,
      }));
    },
  };
  return lake;
}
