/** How one part of the outside world is doing, for readiness and for a person who asks. */
export interface PartHealth {
  readonly ok: boolean;
  /** Which maker serves the part: `sqlite`, `postgres`, `chdb`, `clickhouse`, … */
  readonly maker: string;
  /** What is wrong and what to do, when not ok; else a version or another fact. Holds no secret. */
  readonly detail?: string;
}

/** Asks a part for a sign of life; a throw or an abort becomes "not ok", never an exception. */
export async function healthOf(maker: string, ask: () => Promise<string | undefined>): Promise<PartHealth> {
  try {
    const detail = await ask();
    return detail === undefined ? { ok: true, maker } : { ok: true, maker, detail };
  } catch (error) {
    return { ok: false, maker, detail: error instanceof Error ? error.message : String(error) };
  }
}
