import { randomInt } from "node:crypto";
import { setImmediate as turn } from "node:timers/promises";
import { type ChangeDoor, systemActor } from "#access";
import type { Clock, Reader } from "#platform";
import { mostPlaceholderValues } from "../rules/load-protocol.ts";
import type { ListedRule } from "../rules/load-protocol.ts";
import { builtInRule } from "../rules/built-in-rule.ts";
import type { RuleFacts } from "../rules/generation.ts";
import type { WatchTables } from "../tables.ts";
import { IndexBuilder } from "./index-builder.ts";
import { type IndicatorIndex, openIndex, type SharedIndicators } from "./indicator-index.ts";
import { forgetExpired, indicatorOf, indicatorRows, listRows, type ListRow } from "./store.ts";

export interface IndicatorBook {
  /** For lanes; undefined where no indicator is in force. */
  readonly shared: SharedIndicators | undefined;
  /** The same in this thread. */
  readonly index: IndicatorIndex | undefined;
  /** One for each list that is switched on: what its findings are of. */
  readonly rules: readonly ListedRule[];
  /** Values that rules may name as `%list%`, of lists that are short enough. */
  placeholders(): Promise<Readonly<Record<string, readonly string[]>>>;
  /** Reads anew what has changed since the last time; gives whether anything had. */
  refresh(): Promise<boolean>;
  /** Forgets what is over; lanes stopped looking for it at its end already. */
  forget(): Promise<void>;
}

export interface IndicatorBookOptions {
  readonly read: Reader<WatchTables>;
  readonly change: ChangeDoor;
  readonly clock: Clock;
}

const page = 5_000;
/** Milliseconds that findings of one list about one entity are one alert. */
const window = 3_600_000;

export const rulePrefix = "meridian.indicator/";

export function createIndicatorBook({ read, change, clock }: IndicatorBookOptions): IndicatorBook {
  let shared: SharedIndicators | undefined;
  let index: IndicatorIndex | undefined;
  let rules: readonly ListedRule[] = [];
  let seen = "";
  let version = 0;
  let refreshing: Promise<unknown> = Promise.resolve();

  async function refresh(): Promise<boolean> {
    const lists = (await listRows(read)).filter(({ enabled }) => enabled === 1);
    const now = JSON.stringify(lists.map(({ id, revision, name, level }) => [id, revision, name, level]));
    if (now === seen) return false;
    const builder = new IndexBuilder();
    let count = 0;
    for (const list of lists) {
      const number = builder.addList(factsOf(list));
      for (let after: string | undefined; ;) {
        const rows = await indicatorRows(read, list.id, { after, limit: page });
        for (const row of rows)
          builder.add(number, { ...indicatorOf(row), confidence: row.confidence ?? list.confidence });
        count += rows.length;
        after = rows.at(-1)?.id;
        if (rows.length < page) break;
        // Others have their turn between pages.
        await turn();
      }
    }
    shared = count === 0 ? undefined : builder.finish(++version, randomInt(2 ** 31));
    index = shared && openIndex(shared);
    rules = lists.map(listedRule);
    seen = now;
    return true;
  }

  return {
    get shared() {
      return shared;
    },
    get index() {
      return index;
    },
    get rules() {
      return rules;
    },
    async placeholders() {
      const values: Record<string, readonly string[]> = {};
      for (const list of (await listRows(read)).filter(({ enabled }) => enabled === 1)) {
        const rows = await indicatorRows(read, list.id, { limit: mostPlaceholderValues + 1 });
        const at = clock.now();
        const held = rows.filter(
          ({ valid_from: from, valid_until: until }) => (from ?? at) <= at && (until ?? at + 1) > at,
        );
        // Sigma's wildcards are none in an indicator.
        if (rows.length <= mostPlaceholderValues && held.length > 0)
          values[list.name] = held.map(({ value }) => value.replace(/[\\*?]/g, "\\$&"));
      }
      return values;
    },
    refresh() {
      const next = refreshing.then(refresh);
      refreshing = next.catch(() => undefined);
      return next;
    },
    async forget() {
      const at = clock.now();
      const over = await read
        .selectFrom("watch_indicators")
        .select("id")
        .where("valid_until", "<=", at)
        .limit(1)
        .executeTakeFirst();
      if (!over) return;
      await change(
        systemActor("watch", ["indicators.forget"]),
        "indicators.forget",
        async ({ tx, audit, announce }) => {
          const forgotten = await forgetExpired(tx, at);
          announce("indicators.expired", { indicators: forgotten });
          audit("indicators", { expired: forgotten });
        },
      );
    },
  };
}

/** What everybody needs to know of the rule that a list is. */
export function factsOf({ id, name, level }: ListRow): RuleFacts {
  return {
    id: `${rulePrefix}${name}`,
    title: `Indicator of ${name}`,
    type: "detection",
    level,
    tags: [],
    silent: false,
    window,
    file: "",
    set: id,
  };
}

function listedRule(list: ListRow): ListedRule {
  const { id, title, level, set } = factsOf(list);
  const description = `An event holds an indicator of the list ${list.name}, which comes from ${list.source}.`;
  return builtInRule({ id, set, title, level, author: list.owner, description, window });
}
