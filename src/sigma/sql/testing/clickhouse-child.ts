/** A process of its own for the embedded ClickHouse: it may hold one data folder only, and others may hold theirs. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Answer, Question } from "./clickhouse.ts";

const say = (answer: Answer): void => void process.send!(answer);

try {
  const { Session, version } = await import("chdb");
  const folder = mkdtempSync(join(tmpdir(), "sigma-sql-"));
  const session = new Session(folder);
  process.once("exit", () => {
    session.close();
    rmSync(folder, { recursive: true, force: true });
  });
  process.once("disconnect", () => process.exit());
  let turn: Promise<void> = Promise.resolve();
  process.on("message", (question: Question) => {
    turn = turn.then(() => answer(question));
  });
  say({ ready: version().libchdb });

  async function answer({ number, sql, table, rows }: Question): Promise<void> {
    try {
      if (rows === undefined) say({ number, text: session.query(sql, "TSVRaw") });
      else {
        await session.insert({ table: table ?? "", values: Buffer.from(rows), format: "JSONEachRow" });
        say({ number, text: "" });
      }
    } catch (error) {
      say({ number, failed: String(error) });
    }
  }
} catch (error) {
  say({ missing: String(error) });
  process.disconnect();
}
