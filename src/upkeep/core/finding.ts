/** What the doctor saw of one thing. Holds no secret. */
export interface Finding {
  /** Stable, for programs: `disk-room`. */
  readonly id: string;
  readonly state: "ok" | "look" | "bad";
  /** What is so, as one sentence. */
  readonly says: string;
  /** What to do about it; not where it is well. */
  readonly advice?: string;
}

const order = { ok: 0, look: 1, bad: 2 } as const;

export function worstOf(findings: readonly Finding[]): Finding["state"] {
  return findings.reduce<Finding["state"]>((worst, { state }) => (order[state] > order[worst] ? state : worst), "ok");
}

export function ok(id: string, says: string): Finding {
  return { id, state: "ok", says };
}

export function look(id: string, says: string, advice: string): Finding {
  return { id, state: "look", says, advice };
}

export function bad(id: string, says: string, advice: string): Finding {
  return { id, state: "bad", says, advice };
}
