import { randomUUID } from "node:crypto";
import { mkdir, realpath, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { type ChdbQueryStream, drainPending, Session, type StreamChunk } from "chdb";
import { ChdbNodeEngine, QueryClass } from "chdb/durable/node";
import { assertRowsOnly } from "./assert-rows-only.ts";
import { engineConfig } from "./chdb-config.ts";
import { asClickHouseError, refusal } from "./chdb-error.ts";
import { insertSql, literal, setUp, type Settings } from "./chdb-settings.ts";
import { Turns } from "./turns.ts";

export interface Statement {
  readonly sql: string;
  readonly settings?: Settings;
  /** As ClickHouse's HTTP interface takes them in `param_name`: text with tab, newline and backslash escaped. */
  readonly parameters?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** Reads in the turns of inserts, which no other question holds up. */
  readonly ahead?: boolean;
}

export interface InsertStatement {
  readonly table: string;
  readonly columns?: readonly string[];
  /** JSONEachRow, one row a line. */
  readonly body: Buffer;
  readonly settings?: Settings;
  readonly signal?: AbortSignal;
}

/**
 * ClickHouse inside this process. There is one for a process, since the engine opens one folder at a time. What the
 * library leaves open is closed here: settings and parameters hold for one statement, an abort stops the engine, only
 * one statement runs at a time, what says it only reads cannot write (to a file neither), and no data is taken for SQL.
 */
export class ChdbEngine implements AsyncDisposable {
  readonly #folder: string;
  /** Where rows lie while an insert reads them. */
  readonly #arriving: string;
  readonly #args: readonly string[];
  /** Keeps the engine up between statements; runs what manages others. */
  readonly #keeper: Session;
  readonly #parser: ChdbNodeEngine;
  readonly #reading = new Turns(turns.reads);
  /** Of their own, so that no question, however long, holds up what has been received. */
  readonly #inserting = new Turns(turns.inserts);
  readonly #sessions = new Set<Session>();
  #closed = false;

  private constructor(path: string, args: readonly string[], keeper: Session, parser: ChdbNodeEngine) {
    this.#folder = dataOf(path);
    this.#arriving = arrivingOf(path);
    this.#args = args;
    this.#keeper = keeper;
    this.#parser = parser;
  }

  static async open(folder: string, memoryBytes: number): Promise<ChdbEngine> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const path = await realpath(folder);
    const data = dataOf(path);
    // What lies there was never answered for.
    await rm(arrivingOf(path), { recursive: true, force: true });
    await mkdir(arrivingOf(path), { mode: 0o700 });
    const config = join(path, "engine.xml");
    await writeFile(config, engineConfig(memoryBytes), { mode: 0o600 });
    const args = [`--config-file=${config}`, "--implicit_select=0"];
    const keeper = new Session(data, { connectionArgs: args });
    const parser = new ChdbNodeEngine({ extraArgs: args });
    try {
      await parser.start({ dataPath: data, backupsAllowedPath: join(path, "backups") });
    } catch (error) {
      keeper.close();
      await drainPending();
      throw error;
    }
    return new ChdbEngine(path, args, keeper, parser);
  }

  /** Runs a statement that changes something. */
  async run(statement: Statement): Promise<void> {
    await this.#classify(statement.sql);
    const id = randomUUID();
    const session = await this.#session(statement, id, false);
    try {
      await this.#native(this.#reading, id, statement.signal, () => session.queryAsync(statement.sql));
    } finally {
      this.#close(session);
    }
  }

  /**
   * Runs a statement that reads. Resolves once the first bytes are there, so that most errors come from here; gives
   * the bytes as they are asked for.
   */
  async read(statement: Statement, format: string): Promise<AsyncIterableIterator<Uint8Array, void, undefined>> {
    await this.#assertReads(statement.sql);
    const id = randomUUID();
    const session = await this.#session(statement, id, true);
    try {
      const begin = () => session.queryStream(statement.sql, { format });
      const chunks = this.#chunks(session, begin, id, statement);
      return startedWith(await chunks.next(), chunks);
    } catch (error) {
      this.#close(session);
      throw asClickHouseError(error);
    }
  }

  /**
   * Adds rows in one insert. The engine reads them from a file of their own: in the text of the statement they would cost
   * half as much again, and could be taken for SQL.
   */
  async insert({ table, columns, body, settings, signal }: InsertStatement): Promise<void> {
    assertRowsOnly(body);
    const id = randomUUID();
    const file = join(this.#arriving, id);
    const sql = insertSql({ table, columns, file, settings: { ...settings, log_comment: id } });
    const session = this.#open();
    try {
      await this.#native(this.#inserting, id, signal, async () => {
        await writeFile(file, body, { mode: 0o600, flag: "wx" });
        await session.queryAsync(sql);
      });
    } finally {
      this.#close(session);
      await rm(file, { force: true });
    }
  }

  /** Cuts off what still runs. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#keeper.queryAsync("KILL QUERY WHERE query_id != queryID() ASYNC").catch(() => undefined);
    for (const session of this.#sessions) session.close();
    await this.#parser.close();
    this.#keeper.close();
    await drainPending();
  }

  #open(): Session {
    // A session opened now would start the engine again behind everybody's back.
    this.#assertOpen();
    const session = new Session(this.#folder, { connectionArgs: this.#args });
    this.#sessions.add(session);
    return session;
  }

  #turnsOf(ahead: boolean | undefined): Turns {
    return ahead ? this.#inserting : this.#reading;
  }

  #assertOpen(): void {
    if (this.#closed) throw new Error("the engine of events is closed");
  }

  #close(session: Session): void {
    session.close();
    this.#sessions.delete(session);
  }

  /** A session of its own for each statement: what is set in one stays set, and `readonly` cannot be unset. */
  async #session({ settings, parameters, ahead }: Statement, id: string, reading: boolean): Promise<Session> {
    const sets = setUp({ ...settings, log_comment: id }, parameters ?? {}, reading);
    const session = this.#open();
    try {
      await this.#turnsOf(ahead).take(() => session.queryAsync(sets));
      return session;
    } catch (error) {
      this.#close(session);
      throw asClickHouseError(error);
    }
  }

  async *#chunks(
    session: Session,
    begin: () => ChdbQueryStream,
    id: string,
    { signal, ahead }: Statement,
  ): AsyncGenerator<Uint8Array, void, undefined> {
    let stream: ChdbQueryStream | undefined;
    let chunks: AsyncIterator<StreamChunk> | undefined;
    try {
      while (true) {
        const next = await this.#native(this.#turnsOf(ahead), id, signal, () => {
          // Begun when it is its turn and not before: the engine runs a stream from its beginning, and letting go of one
          // that was never asked for a chunk waits, on this thread, until it has one.
          stream ??= begin();
          chunks ??= stream[Symbol.asyncIterator]();
          return chunks.next();
        });
        // A stream that was cut off looks like one that ended.
        if (next.done) return this.#assertOpen();
        yield next.value.raw();
      }
    } finally {
      stream?.cancel();
      this.#close(session);
    }
  }

  /** One call into the engine, when it is its turn; when aborted, stops the engine before it rejects. */
  async #native<Result>(
    turnsOf: Turns,
    id: string,
    signal: AbortSignal | undefined,
    call: () => Promise<Result>,
  ): Promise<Result> {
    return turnsOf.take(async () => {
      signal?.throwIfAborted();
      const kill = () => void this.#kill(id, over.signal);
      const over = new AbortController();
      signal?.addEventListener("abort", kill, { once: true });
      try {
        return await call();
      } catch (error) {
        signal?.throwIfAborted();
        throw asClickHouseError(error);
      } finally {
        over.abort();
        signal?.removeEventListener("abort", kill);
      }
    });
  }

  /** Until the call is over: it may not have got as far as being killable yet. */
  async #kill(id: string, over: AbortSignal): Promise<void> {
    const sql = `KILL QUERY WHERE Settings['log_comment'] = ${literal(id)} ASYNC`;
    for (let tries = 0; tries < 200 && !over.aborted; tries += 1) {
      await this.#keeper.queryAsync(sql).catch(() => undefined);
      await delay(50, undefined, { signal: over }).catch(() => undefined);
    }
  }

  /**
   * The engine's own parser says what a text is before any of it runs: the library would run statements one after the
   * other until it came to one that it cannot parse.
   */
  async #classify(sql: string): Promise<QueryClass> {
    this.#assertOpen();
    if (sql.includes("\0")) throw refusal("62", "SYNTAX_ERROR", "A statement holds no U+0000");
    const { statementCount, queryClass } = await this.#parser.analyze(sql, "default");
    if (statementCount > 1) throw refusal("62", "SYNTAX_ERROR", "Multi-statements are not allowed");
    if (queryClass === QueryClass.Unknown) throw await this.#whatIsWrong(sql);
    return queryClass;
  }

  async #whatIsWrong(sql: string): Promise<unknown> {
    try {
      await this.#reading.take(() => this.#keeper.queryAsync(`SELECT formatQuery(${literal(sql)})`));
      return refusal("62", "SYNTAX_ERROR", "The engine cannot say what this statement does");
    } catch (error) {
      return asClickHouseError(error);
    }
  }

  async #assertReads(sql: string): Promise<void> {
    // `readonly` holds for tables alone: INTO OUTFILE would still write.
    if ((await this.#classify(sql)) !== QueryClass.ReadOnly)
      throw refusal("164", "READONLY", "Cannot execute query in readonly mode.");
  }
}

function dataOf(path: string): string {
  return join(path, "data");
}

function arrivingOf(path: string): string {
  return join(path, "arriving");
}

/** libuv runs both on its few threads, which the file system and a KILL need as well. */
const threads = Number(process.env["UV_THREADPOOL_SIZE"] ?? 4);
const turns = { reads: Math.max(2, (threads - 1) >> 1), inserts: Math.max(1, threads >> 2) };

/** Not a generator: one that nobody starts would never get to its `finally`, and its session would stay open. */
function startedWith(
  first: IteratorResult<Uint8Array, void>,
  rest: AsyncGenerator<Uint8Array, void, undefined>,
): AsyncIterableIterator<Uint8Array, void, undefined> {
  let given = false;
  return {
    async next() {
      if (given) return rest.next();
      given = true;
      return first;
    },
    return: () => rest.return(),
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
