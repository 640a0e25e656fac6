import type { FindingDraft } from "../spine/finding-rows.ts";
import { findingId } from "../spine/finding-id.ts";
import { fastest, LastSeen, type Sighting } from "../core/impossible-travel.ts";
import { spell } from "../spine/entity-of.ts";
import { builtInRule } from "../rules/built-in-rule.ts";
import type { ListedRule } from "../rules/load-protocol.ts";
import type { GeoBook } from "./geo-book.ts";
import type { SignIn } from "./sign-in.ts";

export const travelRule: ListedRule = builtInRule({
  id: "meridian.travel/impossible",
  title: "Sign-ins from two countries that no plane joins in the time between",
  level: "high",
  tags: ["attack.initial-access", "attack.t1078"],
  description: `A user signed in from two countries, further apart than ${fastest} km/h would reach. Needs a file that tells where addresses are.`,
});

export interface TravelWatch {
  /** Findings of sign-ins, in the order in which they came. The same pair of events is the same finding. */
  observe(
    signIns: readonly (SignIn & { readonly source: string; readonly site: string })[],
    received: number,
  ): FindingDraft[];
}

export interface TravelOptions {
  readonly geo: GeoBook;
  readonly suppressed: (rule: string, entity: string) => boolean;
  /** Told of exceptions that held a finding back. */
  readonly excepted: (exceptions: readonly string[]) => void;
}

/** Users whose last sign-in is remembered. */
const mostUsers = 200_000;

export function watchTravel({ geo, suppressed, excepted }: TravelOptions): TravelWatch {
  const seen = new LastSeen(mostUsers);
  return {
    observe(signIns, received) {
      if (!geo.on) return [];
      return signIns.flatMap((one) => {
        const { country, latitude, longitude, radius = 0 } = geo.look(one.address);
        if (country === undefined || latitude === undefined || longitude === undefined) return [];
        const { uid, time, address } = one;
        const sighting: Sighting = {
          user: one.user.toLowerCase(),
          uid,
          time,
          address,
          country,
          latitude,
          longitude,
          radius,
        };
        const travel = seen.see(sighting);
        if (!travel) return [];
        const entity = spell("user", one.user);
        if (one.excepted.length > 0) excepted(one.excepted);
        const muted = one.excepted.length > 0 ? "excepted" : suppressed(travelRule.id, entity) ? "suppressed" : "";
        const { from, to, distance, speed } = travel;
        const told = (at: Sighting) => ({
          selection: "travel",
          key: "src_ip",
          field: "src_ip",
          value: at.address,
          pattern: `at most ${fastest} km/h`,
          time: at.time,
          geo: geo.look(at.address),
          distance,
          speed,
        });
        return [
          {
            id: findingId(travelRule.id, from.uid, to.uid),
            time: to.time,
            received,
            type: "detection",
            rule: travelRule.id,
            title: travelRule.title,
            level: travelRule.level,
            silent: 0,
            muted,
            source: one.source,
            kind: one.kind,
            site: one.site,
            host: one.host,
            user: one.user,
            entity,
            tags: travelRule.tags,
            events: [from.uid, to.uid],
            matched: JSON.stringify([told(from), told(to)]),
            fields: "{}",
            raw: one.raw,
          },
        ];
      });
    },
  };
}
