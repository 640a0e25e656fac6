import type { Events, QueryParameters } from "#platform";

/** How findings weigh. All of it are parameters: what the numbers mean is for the caller to say. */
export interface RiskQuestion {
  /** Milliseconds since 1970; findings from `to - window` until `to` count. */
  readonly to: number;
  readonly window: number;
  /** Milliseconds in which a weight is halved. */
  readonly halfLife: number;
  /** By level; others count nothing. */
  readonly points: Readonly<Record<string, number>>;
  /** Tags that count as tactics, in small letters. */
  readonly tactics: readonly string[];
  /** Rules that begin so say of each finding how sure they are, 0 to 100, with its first matched value. */
  readonly unsure: string;
}

/** What one rule has found of an entity. */
export interface EntityRule {
  readonly entity: string;
  readonly rule: string;
  readonly title: string;
  readonly findings: number;
  readonly sum: number;
  readonly most: number;
  readonly last: number;
  readonly tactics: readonly string[];
}

export interface EntityFinding {
  readonly id: string;
  readonly time: number;
  readonly rule: string;
  readonly title: string;
  readonly level: string;
  readonly alert: string;
  /** Uid of its newest event. */
  readonly event: string;
  readonly weight: number;
}

export interface RiskyEntity {
  readonly entity: string;
  /** Before they are scaled: rules' weights, each `most * (1 + ln(sum / most))`, times tactics and factor. */
  readonly points: number;
  readonly findings: number;
  readonly rules: number;
  readonly tactics: readonly string[];
  readonly last: number;
}

export interface RiskReading {
  /** Those with the most points first. `factors`: entities that weigh more or less than others. */
  entities(
    asked: RiskQuestion,
    options: {
      readonly factors: ReadonlyMap<string, number>;
      readonly perTactic: number;
      /** Only of this type: `host`. */
      readonly type?: string | undefined;
      readonly limit: number;
    },
    signal?: AbortSignal,
  ): Promise<readonly RiskyEntity[]>;
  /** What each rule adds to an entity. */
  rules(asked: RiskQuestion, entity: string, signal?: AbortSignal): Promise<readonly EntityRule[]>;
  /** The findings themselves, newest first. */
  contributions(
    asked: RiskQuestion,
    entity: string,
    limit: number,
    signal?: AbortSignal,
  ): Promise<readonly EntityFinding[]>;
}

/** As `riskEntities` of the room that asks: host, user, and what the alert is grouped by where that is one thing. */
const entitiesSql = String.raw`arrayDistinct(arrayFilter(one -> one != '', [
  if(host = '', '', concat('host:', host)), if(user = '', '', concat('user:', user)),
  if(match(entity, '(?s)^[A-Za-z][\\w.-]{0,60}:[^\\s]') AND NOT startsWith(entity, 'source:')
      AND NOT match(substring(entity, position(entity, ':') + 1), '\\s[A-Za-z][\\w.-]*:'),
    concat(lower(substring(entity, 1, position(entity, ':') - 1)), substring(entity, position(entity, ':'))), '')]))`;

const tacticsSql = `arrayDistinct(arrayFilter(tag -> has({tactics:Array(String)}, tag),
  arrayMap(tag -> replaceAll(lower(tag), '_', '-'), tags)))`;

/** One row a finding and entity. */
const weighedSql = `SELECT id, t, rule, title, level, alert, event, tactics, weight, arrayJoin(whom) AS who FROM (
  SELECT id, toUnixTimestamp64Milli(time) AS t, rule, title, level, alert, events[-1] AS event, ${tacticsSql} AS tactics,
    ${entitiesSql} AS whom,
    transform(toString(level), {levels:Array(String)}, {points:Array(Float64)}, 0.)
      * if(startsWith(rule, {unsure:String}), greatest(0, least(JSONExtractInt(matched, 1, 'confidence'), 100)) / 100., 1.)
      * exp2(-({to:Int64} - toUnixTimestamp64Milli(time)) / {half:Float64}) AS weight
  FROM findings
  WHERE time > fromUnixTimestamp64Milli({from:Int64}) AND time <= fromUnixTimestamp64Milli({to:Int64})
    AND silent = 0 AND muted = '' AND type IN ('detection', 'correlation')
  LIMIT 1 BY id
) WHERE weight > 0`;

function parametersOf({ to, window, halfLife, points, tactics, unsure }: RiskQuestion): QueryParameters {
  return {
    to: Math.trunc(to),
    from: Math.trunc(to - window),
    half: halfLife,
    levels: Object.keys(points),
    points: Object.values(points),
    tactics,
    unsure,
  };
}

export function createRiskReading(events: Pick<Events, "query">): RiskReading {
  return {
    entities(asked, { factors, perTactic, type, limit }, signal) {
      const sql = `SELECT who AS entity, sum(part) * (1 + {per:Float64} * greatest(toInt64(length(tactics)) - 1, 0)) * factor AS points,
          toUInt32(sum(n)) AS findings, toUInt32(count()) AS rules, arraySort(groupUniqArrayArray(own)) AS tactics,
          max(newest) AS last, transform(who, {entities:Array(String)}, {factors:Array(Float64)}, 1.) AS factor
        FROM (
          SELECT who, rule, count() AS n, max(t) AS newest, max(weight) AS most, groupUniqArrayArray(tactics) AS own,
            most * (1 + log(greatest(sum(weight) / most, 1))) AS part
          FROM (${weighedSql}) WHERE startsWith(who, {type:String}) GROUP BY who, rule
        ) GROUP BY who ORDER BY points DESC, entity LIMIT {limit:UInt32}`;
      return events.query<RiskyEntity>(sql, {
        parameters: {
          ...parametersOf(asked),
          per: perTactic,
          type: type === undefined ? "" : `${type}:`,
          limit,
          // An empty list has no type of its own.
          entities: ["", ...factors.keys()],
          factors: [1, ...factors.values()],
        },
        ...(signal && { signal }),
      });
    },
    rules: (asked, entity, signal) =>
      events.query<EntityRule>(
        `SELECT who AS entity, rule, any(title) AS title, toUInt32(count()) AS findings, sum(weight) AS sum,
           max(weight) AS most, max(t) AS last, arraySort(groupUniqArrayArray(w.tactics)) AS tactics
         FROM (${weighedSql}) AS w WHERE who = {entity:String} GROUP BY who, rule ORDER BY rule`,
        { parameters: { ...parametersOf(asked), entity }, ...(signal && { signal }) },
      ),
    contributions: (asked, entity, limit, signal) =>
      events.query<EntityFinding>(
        `SELECT id, t AS time, rule, title, level, alert, event, weight
         FROM (${weighedSql}) AS w WHERE who = {entity:String} ORDER BY t DESC, id LIMIT {limit:UInt32}`,
        { parameters: { ...parametersOf(asked), entity, limit }, ...(signal && { signal }) },
      ),
  };
}
