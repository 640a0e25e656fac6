import { fileURLToPath } from "node:url";
import type { EventKind, Json, JsonObject } from "#sigma";
import { hostOf, userOf } from "../kinds/event-time.ts";
import type { IngestKind } from "../kinds/ingest-kind.ts";
import { AttributeValues } from "./attribute-values.ts";
import { classes, type OcsfClass } from "./classes.ts";
import { type CompiledEvent, type CompiledKind, compileKind } from "./compile-mapping.ts";
import { numberIn, outcomeText, text } from "./hot-text.ts";
import { hashPaths, hotPaths, type HotText, type HotValues, launchPaths } from "./hot-values.ts";
import { loadMappings } from "./load-mappings.ts";
import { mappingChooser } from "./mapping-chooser.ts";
import { ocsfHotColumns } from "./ocsf-hot-columns.ts";

/**
 * The values of an event's columns, of a body as `toEvent` opens it. As `normalise` says them, but only these attributes
 * are looked for, at a tenth of the cost; what `normalise` takes out of an event since OCSF would find it unsound (a
 * process without a number), and what is told as a base event since its class requires more, is a column's value all the
 * same. Never throws.
 */
export type HotColumns = (body: JsonObject, kind: EventKind) => HotValues;

const ownContent = fileURLToPath(new URL("../../../content", import.meta.url));

/** By the mappings of a content folder's `ocsf/`. Reads the files at once; throws when the content is wrong. */
export function loadHotColumns(content: string = ownContent): HotColumns {
  const files = loadMappings(content);
  const known = new WeakMap<EventKind, (body: JsonObject) => HotValues>();
  return (body, kind) => {
    let columns = known.get(kind);
    if (columns === undefined) {
      columns =
        (kind as Partial<IngestKind>).source === "ocsf"
          ? (open) => ocsfHotColumns(open, kind)
          : compileColumns(compileKind(files, kind) ?? { product: {}, common: [], events: [] }, kind);
      known.set(kind, columns);
    }
    return columns(body);
  };
}

function compileColumns(compiled: CompiledKind, kind: EventKind): (body: JsonObject) => HotValues {
  const readers = new Map(compiled.events.map((event) => [event, columnsOf(compiled, event, kind)]));
  const base = columnsOf(compiled, undefined, kind);
  const choose = mappingChooser(compiled.events);
  return (body) => {
    const event = choose(body);
    return (event && readers.get(event)?.(body)) ?? base(body);
  };
}

function columnsOf(
  { common }: CompiledKind,
  event: CompiledEvent | undefined,
  kind: EventKind,
): (body: JsonObject) => HotValues {
  const values = new AttributeValues([...common, ...(event?.attributes ?? [])]);
  const { uid, required, oneOf }: OcsfClass = classes[event?.name ?? "base_event"];
  const isThere = values.soundness(required, oneOf);
  const activityOf = activityReader(event);
  const launch = event?.name === "process_activity" && event.activity.caption === "Launch";
  const reader = (column: HotText) => {
    const paths = (launch ? launchPaths[column] : undefined) ?? hotPaths[column];
    const places = paths.map((path) => values.place(path.split("."))).filter((place) => place !== undefined);
    const [only] = places;
    if (only === undefined) return () => undefined;
    if (places.length === 1) return only;
    return () => {
      for (const place of places) {
        const value = place();
        if (value !== undefined) return value;
      }
      return undefined;
    };
  };
  const hashes = hashPaths.map((path) => values.hashes(path.split("."))).filter((place) => place !== undefined);
  const read = Object.fromEntries(Object.keys(hotPaths).map((column) => [column, reader(column as HotText)])) as Record<
    HotText,
    () => Json | undefined
  >;
  return (body) => {
    values.open(body);
    const isSound = isThere();
    const severity = read.severity();
    return {
      class: isSound ? uid : 0,
      activity: isSound ? activityOf(body) : 0,
      severity: severity === undefined ? 1 : numberIn(severity, 99),
      code: text(read.code()),
      host: text(read.host()) || (hostOf(body, kind) ?? ""),
      user: text(read.user()) || (userOf(body, kind) ?? ""),
      process: text(read.process()),
      cmd: text(read.cmd()),
      parent: text(read.parent()),
      parent_cmd: text(read.parent_cmd()),
      file: text(read.file()),
      hash: hashes.length === 1 ? hashes[0]!() : hashes.flatMap((place) => place()),
      src_ip: text(read.src_ip()),
      src_port: numberIn(read.src_port(), 65_535),
      dst_ip: text(read.dst_ip()),
      dst_port: numberIn(read.dst_port(), 65_535),
      domain: text(read.domain()),
      url: text(read.url()),
      action: text(read.action()),
      outcome: outcomeText(read.outcome()),
    };
  };
}

function activityReader(event: CompiledEvent | undefined): (body: JsonObject) => number {
  if (event === undefined) return () => 0;
  const { caption, source, map } = event.activity;
  const { activities }: OcsfClass = classes[event.name];
  if (caption !== undefined) {
    const id = activities[caption] ?? 99;
    return () => id;
  }
  const values = new AttributeValues([{ to: ["activity"], ...(source && { source }) }]);
  return (body) => {
    values.open(body);
    const value = values.peek(0);
    if (value === undefined) return 0;
    const found = map?.get(value);
    return typeof found === "string" ? (activities[found] ?? 99) : 99;
  };
}
