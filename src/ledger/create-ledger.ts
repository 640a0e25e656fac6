import { randomBytes } from "node:crypto";
import { type Actor, type ChangeDoor, systemActor, terminalVerb, type TerminalVerbs } from "#access";
import type { Route } from "#http";
import { type Id, instant, makeId, type Secret } from "#kernel";
import { type Clock, every, type Records } from "#platform";
import type { Log, Metrics } from "#telemetry";
import { checkLog } from "./check-log.ts";
import { readVerifierKey } from "./core/verifier-key.ts";
import { exportLog, exportPiece } from "./export-log.ts";
import { pieceSchema } from "./contract.ts";
import { ledgerRoutes } from "./http.ts";
import { openLog } from "./open-log.ts";
import { refuse } from "./refusals.ts";
import { rotateKey } from "./rotate-key.ts";
import { checkpointsApart, sequence } from "./sequence.ts";
import { sha256 } from "./sha256.ts";
import { signerOf } from "./signer.ts";
import * as store from "./store.ts";
import type { LedgerTables } from "./tables.ts";
import { type Witness, WitnessDesk } from "./witness.ts";

export interface LedgerOptions {
  /** Migrated. */
  readonly records: Records;
  readonly change: ChangeDoor;
  readonly clock: Clock;
}

/** What it takes to write the log, beyond reading it. */
export interface KeepingOptions {
  /** The data folder. */
  readonly folder: string;
  readonly key: Secret | undefined;
  /** What the log is called; made up where the operator does not say. */
  readonly origin: string | undefined;
}

export interface RunOptions extends KeepingOptions {
  readonly witnesses: readonly { readonly url: string; readonly key: string }[];
  readonly log: Log;
  readonly metrics: Metrics;
}

export interface Ledger {
  readonly routes: readonly Route<Actor>[];
  /** The log from an entry on, up to the latest checkpoint, as NDJSON in parts of whole lines. */
  export(from: number): AsyncIterable<string>;
  /**
   * Puts in order and signs, asks the witnesses, and looks after what is kept, until disposed; then once more. Throws a
   * refusal where the key is not the log's.
   */
  run(options: RunOptions): Promise<AsyncDisposable>;
  /** What the terminal may ask of this room: `ledger.export`, in pieces. */
  readonly terminalVerbs: TerminalVerbs;
  /** Goes on with a new key, `next` where the operator keeps keys; gives back both verifier keys. While no server runs. */
  rotateKey(
    options: KeepingOptions,
    next: string | undefined,
  ): Promise<{ readonly before: string; readonly after: string }>;
}

const checksApart = 3_600_000;
const sample = 200;
/** Checkpoints that nobody cosigned are kept for a week, and then one for each day. */
const plainKept = 7 * 86_400_000;
const day = 86_400_000;

/** The ledger over migrated records. Reads and writes nothing until it is asked to. */
export function createLedger({ records, change, clock }: LedgerOptions): Ledger {
  const read = records.tables<LedgerTables>();
  // Nobody else can have an SQLite file open: nothing to wait for after a crash.
  const holder =
    records.maker === "sqlite" ? undefined : (makeId("sequencer", clock.now(), randomBytes(10)) as Id<"sequencer">);
  const open = ({ folder, key: secret, origin }: KeepingOptions) => openLog({ read, change, folder, secret, origin });
  return {
    routes: ledgerRoutes(read),
    export: (from) => exportLog(read, from),
    async run(options) {
      const { log, metrics } = options;
      const witnesses = options.witnesses.map(readWitness);
      const signer = await open(options);
      const tell = observe(metrics, log);
      const parts = { read, change, clock, signer, holder };
      const running = new AsyncDisposableStack();
      // Last of all: what came while the others ended is signed too.
      running.defer(() => sequence(parts, { last: true }).then(() => undefined, tell.sequenceFault));
      const round = async (signal: AbortSignal) => {
        await sequence(parts, { signal });
        tell.size((await store.head(read))?.size ?? 0);
      };
      running.use(every(checkpointsApart, round, { clock, onFault: tell.sequenceFault }));
      for (const witness of witnesses) {
        const desk = new WitnessDesk({ read, change, clock, onTried: tell.witness }, witness);
        running.use(every(checkpointsApart, (signal) => desk.round(signal), { clock, onFault: tell.witnessFault }));
      }
      running.use(
        every(
          checksApart,
          async () => {
            tell.checked(await checkLog(read, { sample }));
            await thin(read, change, clock);
          },
          { clock, onFault: tell.checkFault },
        ),
      );
      return running;
    },
    terminalVerbs: { "ledger.export": terminalVerb(pieceSchema, (where) => exportPiece(read, where)) },
    async rotateKey(options, next) {
      if (options.key && next === undefined) throw refuse("key-elsewhere");
      const nextSigner = next === undefined ? undefined : signerOf(next, "--new-key");
      const { folder } = options;
      return rotateKey({ read, change, clock, signer: await open(options), folder, next: nextSigner });
    },
  };
}

function readWitness({ url, key: text }: { readonly url: string; readonly key: string }): Witness {
  const key = readVerifierKey(sha256, text);
  if (key?.kind !== "cosignature" || !isWitnessUrl(url)) throw refuse("bad-witness", { url, key: text });
  return { url, key };
}

function isWitnessUrl(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === "https:") return true;
  return url?.protocol === "http:" && /^(?:127(?:\.\d+){3}|\[::1\]|localhost)$/.test(url.hostname);
}

/** Forgets plain checkpoints past their time, all but the last of each day. */
async function thin(read: store.Read, change: ChangeDoor, clock: Clock): Promise<void> {
  const rows = await store.plainCheckpoints(read, instant(clock.now() - plainKept));
  const lastOfDay = new Map(rows.map(({ size, at }) => [Math.floor(at / day), size]));
  const kept = new Set(lastOfDay.values());
  const latest = await store.latestCheckpoint(read);
  const old = rows.map(({ size }) => size).filter((size) => !kept.has(size) && size !== latest?.size);
  if (old.length === 0) return;
  await change(systemActor("ledger", ["ledger.thin"]), "ledger.thin", async ({ tx, audit }) => {
    await store.removeCheckpoints(tx, old);
    audit("ledger", { count: old.length });
  });
}

function observe(metrics: Metrics, log: Log) {
  const entries = metrics.gauge({ name: "meridian.ledger.entries", unit: "{entry}", says: "Entries in the log." });
  const faults = metrics.counter({
    name: "meridian.ledger.faults",
    unit: "{fault}",
    says: "Rounds of the ledger's work that failed and run again, by work: sequence, witness, check.",
  });
  const failures = metrics.counter({
    name: "meridian.ledger.check.failures",
    unit: "{problem}",
    says: "What is kept of the log and is not what was signed; somebody has to look at once.",
  });
  const asked = metrics.counter({
    name: "meridian.ledger.witness.tries",
    unit: "{try}",
    says: "Checkpoints sent to witnesses, by witness and outcome.",
  });
  // Shown from the start: an alarm on what never happened yet must find it.
  failures.add(0);
  const fault = (work: string) => (error: unknown) => {
    faults.add(1, { work });
    log.error("a round of the ledger failed and runs again", { work, error });
  };
  return {
    size: (size: number) => entries.set(size),
    sequenceFault: fault("sequence"),
    witnessFault: fault("witness"),
    checkFault: fault("check"),
    witness(witness: Witness, outcome: string, error?: unknown) {
      asked.add(1, { witness: witness.key.name, outcome });
      if (outcome === "cosigned") return;
      const fields = { witness: witness.key.name, outcome, ...(error === undefined ? {} : { error }) };
      const grave = outcome === "ahead" || outcome === "conflict" || outcome === "inconsistent";
      log[grave ? "error" : "warn"]("a witness did not cosign the latest checkpoint", fields);
    },
    checked({ problems, size }: { readonly problems: readonly string[]; readonly size: number }) {
      failures.add(problems.length);
      if (problems.length > 0) log.error("the ledger as it is kept is not what was signed", { size, problems });
    },
  };
}
