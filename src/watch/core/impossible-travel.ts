/** Where somebody signed in, as far as an address tells. */
export interface Sighting {
  readonly user: string;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly address: string;
  readonly country: string;
  /** Degrees. */
  readonly latitude: number;
  readonly longitude: number;
  /** Kilometres around it within which it may have been. */
  readonly radius: number;
  /** Uid of the event. */
  readonly uid: string;
}

export interface Travel {
  readonly from: Sighting;
  readonly to: Sighting;
  /** Kilometres at the least, and how fast that would have been in km/h. */
  readonly distance: number;
  readonly speed: number;
}

/** Faster than any airliner over ground with the wind behind it. */
export const fastest = 1_100;
/** Nearer places are one region: files know a carrier's hub, not a street. */
const nearest = 500;

/** What would have to have happened between two sightings of a user; undefined where it may have. */
export function impossibleTravel(a: Sighting, b: Sighting): Travel | undefined {
  if (a.country === b.country || a.address === b.address) return undefined;
  const [from, to] = a.time <= b.time ? [a, b] : [b, a];
  const distance = Math.max(kilometres(from, to) - from.radius - to.radius, 0);
  if (distance < nearest) return undefined;
  const hours = (to.time - from.time) / 3_600_000;
  // At once is faster than anything.
  const speed = hours > 0 ? Math.min(distance / hours, 1e6) : 1e6;
  return speed > fastest ? { from, to, distance: Math.round(distance), speed: Math.round(speed) } : undefined;
}

/** Along a great circle, by the haversine formula; the earth's mean radius is 6,371 km. */
export function kilometres(
  a: Pick<Sighting, "latitude" | "longitude">,
  b: Pick<Sighting, "latitude" | "longitude">,
): number {
  const radians = (degrees: number) => (degrees * Math.PI) / 180;
  const half = (x: number) => Math.sin(radians(x) / 2) ** 2;
  const share =
    half(b.latitude - a.latitude) +
    Math.cos(radians(a.latitude)) * Math.cos(radians(b.latitude)) * half(b.longitude - a.longitude);
  return 2 * 6_371 * Math.asin(Math.sqrt(Math.min(share, 1)));
}

/** The last sightings of users, bounded: those who were not seen for longest are forgotten. */
export class LastSeen {
  readonly #last = new Map<string, Sighting>();
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  get size(): number {
    return this.#last.size;
  }

  /** Takes a sighting; one that comes late is compared as well and changes nothing. */
  see(one: Sighting): Travel | undefined {
    const before = this.#last.get(one.user);
    if (!before || before.time <= one.time) {
      this.#last.delete(one.user);
      this.#last.set(one.user, one);
      if (this.#last.size > this.#most) this.#last.delete(this.#last.keys().next().value!);
    }
    return before && impossibleTravel(before, one);
  }
}
