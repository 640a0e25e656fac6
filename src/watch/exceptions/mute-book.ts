import { type ChangeDoor, systemActor } from "#access";
import { type Id, Refusal } from "#kernel";
import type { Clock, Reader } from "#platform";
import type { Log } from "#telemetry";
import type { Muting } from "../spine/commit.ts";
import type { CompiledException } from "../spine/exception-book.ts";
import type { SharedExceptions } from "../spine/lane-protocol.ts";
import type { WatchTables } from "../tables.ts";
import { type Condition, readCondition } from "./read-condition.ts";
import {
  countException,
  countSuppression,
  endException,
  endSuppression,
  exceptionRows,
  suppressionRows,
} from "./store.ts";

export interface MuteBookOptions {
  readonly read: Reader<WatchTables>;
  readonly change: ChangeDoor;
  readonly clock: Clock;
  readonly log: Log;
  /** product/category/service of a rule that is loaded. */
  readonly logsourceOf: (rule: string) => string | undefined;
}

/** What is in force of exceptions and suppressions, held where every finding asks for it. */
export interface MuteBook extends Muting {
  /** For lanes; undefined where no exception is in force. */
  readonly shared: SharedExceptions | undefined;
  /** Reads anew what is in force: after a change of it, or of rules. */
  refresh(): Promise<void>;
  /** Writes down what was counted, and ends what is over. For now and then, and before the end. */
  keep(): Promise<void>;
}

export function createMuteBook({ read, change, clock, log, logsourceOf }: MuteBookOptions): MuteBook {
  let shared: SharedExceptions | undefined;
  let version = 0;
  let spelled = "[]";
  /** By rule, then by entity; "" stands for all entities. */
  let suppressions = new Map<string, Map<string, { id: Id<"suppression">; until: number }>>();
  const exceptionHits = new Map<string, number>();
  const suppressionHits = new Map<Id<"suppression">, number>();

  async function refresh(): Promise<void> {
    const now = clock.now();
    const compiled: CompiledException[] = [];
    for (const { id, rule, condition, expires_at: expires } of await exceptionRows(read)) {
      if (expires !== null && expires <= now) continue;
      // A rule that is not loaded finds nothing that could be excepted.
      const logsource = rule === null ? "*/*/*" : logsourceOf(rule);
      if (logsource === undefined) continue;
      try {
        const read = readCondition(id, JSON.parse(condition) as Condition, logsource);
        compiled.push({ id, condition: read, ...(rule !== null && { rule }) });
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        log.error("an exception no longer reads as Sigma and is not in force", { exception: id, error });
      }
    }
    const next = JSON.stringify(compiled);
    if (next !== spelled) {
      spelled = next;
      version++;
      shared = compiled.length === 0 ? undefined : { version, json: sharedText(next) };
    }
    const fresh: typeof suppressions = new Map();
    for (const { id, rule, entity, until_at: until } of await suppressionRows(read)) {
      const byEntity = fresh.get(rule) ?? new Map<string, { id: Id<"suppression">; until: number }>();
      byEntity.set(entity ?? "", { id, until });
      fresh.set(rule, byEntity);
    }
    suppressions = fresh;
  }

  async function keepHits(): Promise<void> {
    const exceptions = [...exceptionHits];
    const held = [...suppressionHits];
    if (exceptions.length + held.length === 0) return;
    await change(systemActor("watch", ["exceptions.count"]), "exceptions.count", async ({ tx, at, audit }) => {
      for (const [id, hits] of exceptions) await countException(tx, id as Id<"exception">, hits, at);
      for (const [id, hits] of held) await countSuppression(tx, id, hits);
      audit("exceptions", { exceptions: exceptions.length, suppressions: held.length });
    });
    for (const [id, hits] of exceptions) lessen(exceptionHits, id, hits);
    for (const [id, hits] of held) lessen(suppressionHits, id, hits);
  }

  async function endThoseOver(): Promise<boolean> {
    const now = clock.now();
    const over = (await exceptionRows(read)).filter(({ expires_at: at }) => at !== null && at <= now);
    const quiet = (await suppressionRows(read)).filter(({ until_at: at }) => at <= now);
    if (over.length + quiet.length === 0) return false;
    await change(
      systemActor("watch", ["exceptions.count"]),
      "exceptions.count",
      async ({ tx, at, announce, audit }) => {
        for (const { id, rule, owner } of over)
          if (await endException(tx, id, at, "system:watch"))
            announce("exception.expired", { exception: id, rule, owner });
        for (const { id } of quiet) await endSuppression(tx, id, at);
        audit("exceptions", { expired: over.length, suppressionsOver: quiet.length });
      },
    );
    return true;
  }

  return {
    get shared() {
      return shared;
    },
    suppressed(rule, entity) {
      const byEntity = suppressions.get(rule);
      const held = byEntity?.get(entity) ?? byEntity?.get("");
      if (!held || held.until <= clock.now()) return false;
      suppressionHits.set(held.id, (suppressionHits.get(held.id) ?? 0) + 1);
      return true;
    },
    excepted(ids) {
      for (const id of ids) exceptionHits.set(id, (exceptionHits.get(id) ?? 0) + 1);
    },
    refresh,
    async keep() {
      await keepHits();
      if (await endThoseOver()) await refresh();
    },
  };
}

function lessen<Key>(counts: Map<Key, number>, key: Key, by: number): void {
  const left = (counts.get(key) ?? 0) - by;
  if (left > 0) counts.set(key, left);
  else counts.delete(key);
}

function sharedText(text: string): SharedArrayBuffer {
  const bytes = Buffer.from(text);
  const shared = new SharedArrayBuffer(bytes.length);
  bytes.copy(new Uint8Array(shared));
  return shared;
}
