import { DatabaseSync, type StatementSync } from "node:sqlite";
import {
  AbortedTransactionError,
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from "kysely";
import { checkParameter } from "./parameter.ts";

export interface SqliteOptions {
  readonly file: string;
  readonly access: "read" | "write";
}

/** Kysely's dialect for `node:sqlite`: one handle, given to one caller at a time. */
export function sqliteDialect(options: SqliteOptions): Dialect {
  return {
    createDriver: () => new SqliteDriver(options),
    createQueryCompiler: () => new SqliteQueryCompiler(),
    createAdapter: () => new SqliteAdapter(),
    createIntrospector: (db) => new SqliteIntrospector(db),
  };
}

class SqliteDriver implements Driver {
  readonly #options: SqliteOptions;
  #handle: SqliteHandle | undefined;
  /** Settles when the caller before has given the handle back. */
  #turn: Promise<void> = Promise.resolve();
  readonly #giveBack = new WeakMap<DatabaseConnection, () => void>();

  constructor(options: SqliteOptions) {
    this.#options = options;
  }

  async init(): Promise<void> {
    this.#handle = new SqliteHandle(openDatabase(this.#options));
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    const before = this.#turn;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#turn = promise;
    await before;
    if (!this.#handle) throw new Error("the SQLite database is closed");
    const connection = new SqliteConnection(this.#handle);
    this.#giveBack.set(connection, resolve);
    return connection;
  }

  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    // Immediate: taking the write lock first never ends in SQLITE_BUSY half-way through.
    await connection.executeQuery(CompiledQuery.raw(this.#options.access === "write" ? "begin immediate" : "begin"));
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    if ((connection as SqliteConnection).spoiled) {
      await this.rollbackTransaction(connection);
      throw new AbortedTransactionError();
    }
    await connection.executeQuery(CompiledQuery.raw("commit"));
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    (connection as SqliteConnection).rollback();
  }

  async releaseConnection(connection: DatabaseConnection): Promise<void> {
    this.#giveBack.get(connection)?.();
  }

  async destroy(): Promise<void> {
    await this.#turn;
    this.#handle?.database.close();
    this.#handle = undefined;
  }
}

function openDatabase({ file, access }: SqliteOptions): DatabaseSync {
  // Not `readOnly`: a reader of a WAL database must be able to make its shared-memory file.
  const database = new DatabaseSync(file, { timeout: 5000, enableForeignKeyConstraints: true });
  database.exec("pragma journal_mode = wal; pragma synchronous = full; pragma trusted_schema = off");
  // PostgreSQL's LIKE minds upper and lower case; SQLite's must do so too.
  database.exec("pragma case_sensitive_like = on");
  if (access === "read") database.exec("pragma query_only = on");
  return database;
}

/** The database with its prepared statements. */
class SqliteHandle {
  readonly database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  constructor(database: DatabaseSync) {
    this.database = database;
  }

  prepare(sql: string): StatementSync {
    const statement = this.#statements.get(sql) ?? this.database.prepare(sql);
    // The most recently used come last, so that the first is the one to drop.
    this.#statements.delete(sql);
    this.#statements.set(sql, statement);
    const oldest = this.#statements.keys().next();
    if (this.#statements.size > mostStatements && !oldest.done) this.#statements.delete(oldest.value);
    return statement;
  }
}

const mostStatements = 300;

class SqliteConnection implements DatabaseConnection {
  readonly #handle: SqliteHandle;
  /** Set once a statement of a transaction has failed: as in PostgreSQL, nothing but a rollback follows. */
  spoiled = false;

  constructor(handle: SqliteHandle) {
    this.#handle = handle;
  }

  async executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
    this.#assertUsable();
    const values = parameters.map(checkParameter);
    try {
      const statement = this.#handle.prepare(sql);
      if (statement.columns().length === 0) {
        const { changes } = statement.run(...values);
        return { rows: [], numAffectedRows: BigInt(changes) };
      }
      // Spread: node:sqlite gives objects without a prototype, pg plain ones.
      const rows = statement.all(...values).map((row) => ({ ...row }) as Row);
      return { rows, numAffectedRows: BigInt(rows.length) };
    } catch (error) {
      this.spoiled = this.#handle.database.isTransaction;
      throw error;
    }
  }

  async *streamQuery<Row>({ sql, parameters }: CompiledQuery, size: number): AsyncIterableIterator<QueryResult<Row>> {
    this.#assertUsable();
    // A statement of its own: the cached one may be run again while this one is being read.
    const statement = this.#handle.database.prepare(sql);
    let rows: Row[] = [];
    for (const row of statement.iterate(...parameters.map(checkParameter))) {
      rows.push({ ...row } as Row);
      if (rows.length < size) continue;
      yield { rows };
      rows = [];
      this.#assertUsable();
    }
    if (rows.length > 0) yield { rows };
  }

  rollback(): void {
    this.spoiled = false;
    // Some errors (disk full, a busy timeout) have rolled back already.
    if (this.#handle.database.isTransaction) this.#handle.database.exec("rollback");
  }

  #assertUsable(): void {
    if (this.spoiled) throw new Error("a statement of this transaction failed; it can only be rolled back");
  }
}
