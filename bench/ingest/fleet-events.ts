import type { JsonObject } from "../../src/sigma/index.ts";
import { lanes } from "../sigma/lanes.ts";
import { Random } from "../sigma/random.ts";

/** Bodies of a fleet's traffic that can be sent again and again, each time as other events. */
export interface FleetBody {
  readonly bytes: Buffer;
  readonly events: number;
  /** Where in the bytes each event's own number stands, in 15 digits, and the body's time. */
  readonly numbers: readonly number[];
  readonly times: readonly number[];
}

const digits = 15;
const timeText = "2026-01-01T00:00:00.000Z";

/** Process, file and raw Windows events, in shares that make a kilobyte on average; of those that rules may suspect few. */
const mix = [
  ["structured", 6],
  ["file", 2],
  ["raw", 1],
] as const;

/**
 * `bodies` of `events` each, the same in every run. `suspect` says of an event whether a rule holds for it; of such ones
 * only `share` is kept, as in a fleet where little happens.
 */
export function fleetBodies(
  { bodies, events, share }: { readonly bodies: number; readonly events: number; readonly share: number },
  suspect: (event: JsonObject) => boolean,
): FleetBody[] {
  const random = new Random(20_261);
  const weighted = mix.flatMap(([name, weight]) =>
    Array.from({ length: weight }, () => lanes.find((lane) => lane.name === name)!),
  );
  let serial = 0;
  const next = (): JsonObject => {
    for (;;) {
      const made = stamped(random.pick(weighted).event(random, serial++));
      if (!suspect(made) || random.next() < share) return made;
    }
  };
  return Array.from({ length: bodies }, () => bodyOf(Array.from({ length: events }, next)));
}

/** The event with a number and a time of a width that never changes, so that both can be overwritten in place. */
function stamped(event: JsonObject): JsonObject {
  const { "@timestamp": _, UtcTime: __, ...rest } = event;
  return { "@timestamp": timeText, ...rest, EventRecordID: "0".repeat(digits) };
}

function bodyOf(events: readonly JsonObject[]): FleetBody {
  const bytes = Buffer.from(events.map((event) => `${JSON.stringify(event)}\n`).join(""));
  const numbers: number[] = [];
  const times: number[] = [];
  const number = Buffer.from(`"EventRecordID":"${"0".repeat(digits)}"`);
  const time = Buffer.from(`"@timestamp":"${timeText}"`);
  for (let at = bytes.indexOf(number); at >= 0; at = bytes.indexOf(number, at + 1))
    numbers.push(at + number.length - 1 - digits);
  for (let at = bytes.indexOf(time); at >= 0; at = bytes.indexOf(time, at + 1))
    times.push(at + time.length - 1 - timeText.length);
  if (numbers.length !== events.length || times.length !== events.length)
    throw new Error("an event lacks its number or its time");
  return { bytes, events: events.length, numbers, times };
}

/** Makes other events of the body: numbers from `first` on, all of the given time. Gives the number after the last. */
export function renew({ bytes, numbers, times }: FleetBody, first: number, at: number): number {
  const iso = Buffer.from(new Date(at).toISOString(), "latin1");
  for (const place of times) iso.copy(bytes, place);
  let number = first;
  for (const place of numbers) {
    let left = number++;
    for (let digit = digits - 1; digit >= 0; digit--) {
      bytes[place + digit] = 48 + (left % 10);
      left = Math.floor(left / 10);
    }
  }
  return number;
}
