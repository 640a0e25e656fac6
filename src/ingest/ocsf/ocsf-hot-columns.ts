import type { EventKind, Json, JsonObject } from "#sigma";
import { hostOf, userOf } from "../kinds/event-time.ts";
import { readPath } from "../kinds/read-path.ts";
import { hashTexts, numberIn, outcomeText, text } from "./hot-text.ts";
import { hashPaths, hotPaths, type HotText, type HotValues, launchPaths } from "./hot-values.ts";

/** Columns of a record that is an OCSF event already: each attribute lies where its path says. */
export function ocsfHotColumns(body: JsonObject, kind: EventKind): HotValues {
  const number = (name: string): number => numberIn(Number(body[name] ?? 0), 0xffff_ffff);
  const activity = number("activity_id");
  const launch = number("class_uid") === 1007 && activity === 1;
  const read = (column: HotText): Json | undefined => {
    for (const steps of (launch ? launched : usual)[column] ?? []) {
      const value = readPath(body, steps);
      if (value !== undefined && value !== null && value !== "") return value;
    }
    return undefined;
  };
  const port = (column: HotText) => numberIn(read(column), 65_535);
  return {
    class: number("class_uid"),
    activity,
    severity: numberIn(number("severity_id"), 99),
    code: text(read("code")),
    host: text(read("host")) || (hostOf(body, kind) ?? ""),
    user: text(read("user")) || (userOf(body, kind) ?? ""),
    process: text(read("process")),
    cmd: text(read("cmd")),
    parent: text(read("parent")),
    parent_cmd: text(read("parent_cmd")),
    file: text(read("file")),
    hash: hashPaths.flatMap((path) => hashTexts(readPath(body, path.split(".")))),
    src_ip: text(read("src_ip")),
    src_port: port("src_port"),
    dst_ip: text(read("dst_ip")),
    dst_port: port("dst_port"),
    domain: text(read("domain")),
    url: text(read("url")),
    action: text(read("action")),
    outcome: outcomeText(read("outcome")),
  };
}

type Steps = Readonly<Partial<Record<HotText, readonly (readonly string[])[]>>>;
const usual = stepsOf(hotPaths);
const launched = stepsOf({ ...hotPaths, ...launchPaths });

function stepsOf(paths: Readonly<Record<string, readonly string[]>>): Steps {
  return Object.fromEntries(
    Object.entries(paths).map(([column, list]) => [column, list.map((path) => path.split("."))]),
  );
}
