export type MigrationProblem = "changed" | "newer" | "out-of-order";

/** The database and the program do not agree on the past. `migration` is `room/0001-people`. */
export class MigrationError extends Error {
  override readonly name = "MigrationError";
  readonly code: MigrationProblem;
  readonly migration: string;

  constructor(code: MigrationProblem, migration: string, message: string) {
    super(message);
    this.code = code;
    this.migration = migration;
  }
}
