import type { Selectable } from "kysely";
import type { Reader, Tx } from "#platform";
import { levels } from "#sigma";
import type { WatchTables } from "../tables.ts";
import { defaultRiskSettings, type RiskSettings } from "../core/risk-score.ts";

type Read = Reader<WatchTables>;
export type WeightRow = Selectable<WatchTables["watch_entity_weights"]>;

export async function readRiskSettings(read: Read): Promise<RiskSettings> {
  const [points, settings] = await Promise.all([
    read.selectFrom("watch_risk_points").select(["level", "points"]).execute(),
    read.selectFrom("watch_risk_settings").select(["name", "value"]).execute(),
  ]);
  const said = new Map(points.map(({ level, points: value }) => [level, value]));
  return {
    points: Object.fromEntries(
      levels.map((level) => [level, said.get(level) ?? defaultRiskSettings.points[level]]),
    ) as RiskSettings["points"],
    threshold: settings.find(({ name }) => name === "threshold")?.value ?? defaultRiskSettings.threshold,
  };
}

/** Past this many the rest weighs 1. */
export const mostWeights = 10_000;

export function weightRows(read: Read): Promise<WeightRow[]> {
  return read.selectFrom("watch_entity_weights").selectAll().orderBy("entity").limit(mostWeights).execute();
}

// Writing: only inside of `change`, which alone has a Tx.

type Stamp = Pick<WeightRow, "changed_at" | "changed_by">;

export async function keepRiskSettings(tx: Tx, { points, threshold }: RiskSettings, stamp: Stamp): Promise<void> {
  for (const level of levels)
    await tx
      .tables<WatchTables>()
      .insertInto("watch_risk_points")
      .values({ level, points: points[level], ...stamp })
      .onConflict((conflict) => conflict.column("level").doUpdateSet({ points: points[level], ...stamp }))
      .execute();
  await tx
    .tables<WatchTables>()
    .insertInto("watch_risk_settings")
    .values({ name: "threshold", value: threshold, ...stamp })
    .onConflict((conflict) => conflict.column("name").doUpdateSet({ value: threshold, ...stamp }))
    .execute();
}

export async function keepWeight(tx: Tx, row: WeightRow): Promise<void> {
  const { entity, ...said } = row;
  await tx
    .tables<WatchTables>()
    .insertInto("watch_entity_weights")
    .values({ entity, ...said })
    .onConflict((conflict) => conflict.column("entity").doUpdateSet(said))
    .execute();
}

export async function removeWeight(tx: Tx, entity: string): Promise<boolean> {
  const removed = await tx
    .tables<WatchTables>()
    .deleteFrom("watch_entity_weights")
    .where("entity", "=", entity)
    .returning("entity")
    .execute();
  return removed.length > 0;
}
