import { loadHotColumns, loadKindsByKey } from "#ingest";
import type { FindingRow } from "#lake";
import { rebuilder } from "../replay/replay-work.ts";
import type { GeoBook } from "./geo-book.ts";
import type { GeoFacts } from "./read-geo.ts";

export type GeoByAddress = Readonly<Record<string, GeoFacts>>;

/** What is known of the addresses of findings' events. Told when it is read: files change, and findings do not. */
export function createGeoOfFinding(geo: GeoBook): (finding: Pick<FindingRow, "kind" | "raw">) => GeoByAddress {
  let read: ReturnType<typeof readers> | undefined;
  return ({ kind, raw }) => {
    if (!geo.on || raw === "") return {};
    const { rebuild, columnsOf } = (read ??= readers());
    const event = rebuild({ kind, raw });
    if (!event) return {};
    const { src_ip, dst_ip } = columnsOf(event.body, event.kind);
    const told = [...new Set([src_ip, dst_ip])].map((address) => [address, geo.look(address)] as const);
    return Object.fromEntries(told.filter(([, facts]) => Object.keys(facts).length > 0));
  };
}

/** Kinds and mappings are read when somebody first asks. */
function readers() {
  return { rebuild: rebuilder(loadKindsByKey()), columnsOf: loadHotColumns() };
}
