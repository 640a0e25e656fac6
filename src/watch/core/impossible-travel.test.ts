import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { impossibleTravel, kilometres, LastSeen, type Sighting } from "./impossible-travel.ts";

const hour = 3_600_000;
const lisbon = { country: "PT", latitude: 38.72, longitude: -9.14, address: "192.0.2.1" };
const tokyo = { country: "JP", latitude: 35.68, longitude: 139.69, address: "192.0.2.2" };
const madrid = { country: "ES", latitude: 40.42, longitude: -3.7, address: "192.0.2.3" };
const at = (place: typeof lisbon, time: number, more: Partial<Sighting> = {}): Sighting => ({
  user: "eve",
  time,
  radius: 20,
  uid: `${time}`,
  ...place,
  ...more,
});

test("Lisbon to Tokyo takes no plane two hours, and one fifteen", () => {
  assert.ok(Math.abs(kilometres(lisbon, tokyo) - 11_140) < 60);
  const travel = impossibleTravel(at(tokyo, 2 * hour), at(lisbon, 0));
  assert.deepEqual([travel?.from.country, travel?.to.country], ["PT", "JP"]);
  assert.ok(travel!.speed > 5_000);
  assert.equal(impossibleTravel(at(lisbon, 0), at(tokyo, 15 * hour)), undefined);
});

test("near places, one country and one address are no travel, however fast", () => {
  assert.equal(impossibleTravel(at(lisbon, 0), at(madrid, 1)), undefined);
  assert.equal(impossibleTravel(at(lisbon, 0), at({ ...tokyo, country: "PT" }, 1)), undefined);
  assert.equal(impossibleTravel(at(lisbon, 0), at({ ...tokyo, address: lisbon.address }, 1)), undefined);
  assert.equal(impossibleTravel(at(lisbon, 0, { radius: 12_000 }), at(tokyo, 1)), undefined);
});

test("it does not depend on which of two sightings is told first", () => {
  const sighting = fc.record({
    place: fc.constantFrom(lisbon, tokyo, madrid),
    time: fc.nat(24 * hour),
    radius: fc.nat(2_000),
  });
  fc.assert(
    fc.property(sighting, sighting, (a, b) => {
      if (a.time === b.time) return;
      const [one, other] = [a, b].map(({ place, time, radius }) => at(place, time, { radius })) as [Sighting, Sighting];
      assert.deepEqual(impossibleTravel(one, other), impossibleTravel(other, one));
    }),
  );
});

test("users are remembered up to a bound, and a sighting that comes late does not become the last one", () => {
  const seen = new LastSeen(2);
  assert.equal(seen.see(at(lisbon, 10 * hour)), undefined);
  assert.ok(seen.see(at(tokyo, 9 * hour)));
  assert.equal(seen.see(at(lisbon, 11 * hour)), undefined);
  for (const user of ["a", "b", "c"]) seen.see(at(lisbon, 0, { user }));
  assert.equal(seen.size, 2);
});
