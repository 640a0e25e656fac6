import { randomBytes } from "node:crypto";
import { type Actor, type ChangeDoor, terminalVerb, type TerminalVerbs } from "#access";
import type { Route } from "#http";
import { makeId, type Secret } from "#kernel";
import { type Clock, every, type Records } from "#platform";
import type { Log, Metrics } from "#telemetry";
import { checkLog } from "./check-log.ts";
import { exportLog, exportPiece } from "./export-log.ts";
import { pieceSchema } from "./contract.ts";
import { ledgerRoutes } from "./http.ts";
import { observeLedger } from "./observe-ledger.ts";
import { openLog } from "./open-log.ts";
import { readWitness } from "./read-witness.ts";
import { refuse } from "./refusals.ts";
import { rotateKey } from "./rotate-key.ts";
import { checkpointsApart, sequence } from "./sequence.ts";
import { signerOf } from "./signer.ts";
import * as store from "./store.ts";
import type { LedgerTables } from "./tables.ts";
import { thinCheckpoints } from "./thin-checkpoints.ts";
import { WitnessDesk } from "./witness.ts";

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

/** The ledger over migrated records. Reads and writes nothing until it is asked to. */
export function createLedger({ records, change, clock }: LedgerOptions): Ledger {
  const read = records.tables<LedgerTables>();
  // Nobody else can have an SQLite file open: nothing to wait for after a crash.
  const holder = records.maker === "sqlite" ? undefined : makeId("sequencer", clock.now(), randomBytes(10));
  const open = ({ folder, key: secret, origin }: KeepingOptions) => openLog({ read, change, folder, secret, origin });
  return {
    routes: ledgerRoutes(read),
    export: (from) => exportLog(read, from),
    async run(options) {
      const { log, metrics } = options;
      const witnesses = options.witnesses.map(readWitness);
      const signer = await open(options);
      const tell = observeLedger(metrics, log);
      const parts = { read, change, clock, signer, holder };
      const running = new AsyncDisposableStack();
      // Last of all: what came while the others ended is signed too.
      running.defer(() => sequence(parts, { last: true }).then(() => undefined, tell.fault("sequence")));
      const round = async (signal: AbortSignal) => {
        await sequence(parts, { signal });
        tell.size((await store.head(read))?.size ?? 0);
      };
      running.use(every(checkpointsApart, round, { clock, onFault: tell.fault("sequence") }));
      for (const witness of witnesses) {
        const desk = new WitnessDesk({ read, change, clock, onTried: tell.witness }, witness);
        running.use(every(checkpointsApart, (signal) => desk.round(signal), { clock, onFault: tell.fault("witness") }));
      }
      running.use(
        every(
          checksApart,
          async () => {
            tell.checked(await checkLog(read, { sample }));
            await thinCheckpoints(read, change, clock);
          },
          { clock, onFault: tell.fault("check") },
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
