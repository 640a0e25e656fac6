import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createAccess, permissions as accessPermissions, systemActor } from "#access";
import { instant, makeId, Secret } from "#kernel";
import { type Clock, readMigrations, type Records, settableClock } from "#platform";
import type { TestMaker } from "#platform/testing";
import { spellVerifierKey } from "../core/verifier-key.ts";
import { createLedger } from "../create-ledger.ts";
import { keepAudit } from "../keep-audit.ts";
import { openLog } from "../open-log.ts";
import { permissions } from "../permissions.ts";
import { record, type Statement } from "../record.ts";
import { sequence } from "../sequence.ts";
import type { LedgerTables } from "../tables.ts";

const scribe = systemActor("scribe", ["things.make"]);

/** A ledger over a maker's records, opened anew unless `again` says so, on a clock that the test moves. */
export async function openLedger(maker: TestMaker, { again = false } = {}) {
  const clock = settableClock(instant(Date.UTC(2026, 0, 31, 4)));
  const records = await (again ? maker.reopen() : maker.open());
  const folder = await mkdtemp(join(tmpdir(), "meridian-ledger-"));
  const house = await ledgerOver(records, clock, folder);
  return {
    ...house,
    clock,
    async [Symbol.asyncDispose]() {
      await records[Symbol.asyncDispose]();
      await rm(folder, { recursive: true });
    },
  };
}

/** The ledger and what tests do with it, over open records. Migrates them. */
export async function ledgerOver(records: Records, clock: Clock, folder: string) {
  const rooms = {
    access: new URL("../../access/migrations/", import.meta.url),
    ledger: new URL("../migrations/", import.meta.url),
  };
  const migrations = Object.entries(rooms).map(([room, url]) => readMigrations(room, url));
  await records.migrate((await Promise.all(migrations)).flat());
  const access = createAccess({
    records,
    clock,
    newId: (kind) => makeId(kind, clock.now(), randomBytes(10)),
    permissions: [accessPermissions, permissions, { "things.make": { says: "Make things.", roles: ["owner"] } }],
    sessionLifetime: 3_600_000,
    keep: async (tx, entry) => {
      // Statements of tests stand by themselves; every other change is in the ledger, as in the house.
      if (entry.action !== "things.make") await keepAudit(tx, entry);
    },
  });
  const { change } = access;
  const read = records.tables<LedgerTables>();
  const signer = await openLog({ read, change, folder, secret: testKey, origin: "test.example/log" });
  const holder = makeId("sequencer", clock.now(), randomBytes(10));
  return {
    access,
    change,
    records,
    read,
    folder,
    signer,
    verifier: spellVerifierKey(signer.key),
    ledger: createLedger({ records, change, clock }),
    write: (...statements: readonly Omit<Statement, "at">[]) =>
      change(scribe, "things.make", async ({ tx, at }) => {
        for (const statement of statements) await record(tx, { at, ...statement });
      }),
    /** Puts all that waits in order and signs it, now. */
    settle: () => sequence({ read, change, clock, signer, holder: undefined }, { last: true }),
    /** One round of this process among others. */
    round: () => sequence({ read, change, clock, signer, holder }),
  };
}

/** The private key of the tests' logs. */
export const testKey = new Secret(Buffer.alloc(32, 7).toString("base64"));

export type TestLedger = Awaited<ReturnType<typeof openLedger>>;

/** Statements about made-up hosts, numbered. */
export function verdicts(count: number, from = 0): Omit<Statement, "at">[] {
  return Array.from({ length: count }, (_, n) => ({
    kind: "verdict",
    subject: `host_${(from + n) % 7}`,
    body: { number: from + n, verdict: n % 3 === 0 ? "affirming" : "contraindicated" },
  }));
}
